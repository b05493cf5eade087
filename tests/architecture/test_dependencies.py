"""What the site loads is in the lock file that the site is installed from, not only in that of its tests."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "config", "consent", "marking")
OURS = {*ROOMS, "tests"}
_NAMED = {"dlib": ["dlib-bin"]}
"""Of which distribution a package is whose wheel does not say so."""


def plain(name: str) -> str:
    """The name of a distribution as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.lower())


def imported(nodes: list[ast.stmt]) -> Iterator[str]:
    """The packages that statements load, wherever they stand, but for those that only type checkers see."""
    for node in nodes:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imported(node.orelse)
        elif isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]
        else:
            yield from imported(
                [each for each in ast.walk(node) if each is not node and isinstance(each, ast.stmt)]
            )


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_loaded_that_only_the_tests_install(room: str) -> None:
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
    locked = {plain(name) for name in pins}
    distributions = {**metadata.packages_distributions(), **_NAMED}
    loaded = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / room).rglob("*.py")
        for name in imported(ast.parse(path.read_text()).body)
        if name not in OURS | sys.stdlib_module_names
    }
    assert "django" in {name for _, name in loaded}
    assert {
        (path, name)
        for path, name in loaded
        if not {plain(each) for each in distributions.get(name, [])} & locked
    } == set()
