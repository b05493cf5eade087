from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "config", "consent", "marking")
# Names that say nothing about what is inside.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "base"}
# Packages, address lists and app registrations say by their name what they are for.
SELF_EVIDENT = ("__init__.py", "urls.py", "apps.py")
# Django loads a database backend from a module of this name.
BY_CONVENTION = {"config/sqlite3/base.py"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _modules() -> list[Path]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def _pure_modules() -> list[Path]:
    """The modules whose import contract says that they know no Django."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    names = next(each for each in contracts if each["name"] == "Pure rooms know no Django")["source_modules"]
    rooms = [ROOT.joinpath(*name.split(".")) for name in names]
    return [
        path
        for path in _modules()
        if any(path.with_suffix("") == room or room in path.parents for room in rooms)
    ]


def _public(body: list[ast.stmt]) -> list[Definition]:
    return [node for node in body if isinstance(node, Definition) and not node.name.startswith("_")]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_name_says_what_is_inside() -> None:
    empty = [
        _name(path)
        for path in _modules()
        if EMPTY_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)
        and _name(path) not in BY_CONVENTION
    ]

    assert empty == []


def test_every_public_name_of_a_pure_room_has_a_docstring() -> None:
    undocumented = [
        f"{_name(path)}: {node.name}"
        for path in _pure_modules()
        for node in _public(ast.parse(path.read_text()).body)
        if ast.get_docstring(node) is None
    ]

    assert undocumented == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        _name(path)
        for path in _modules()
        if not path.name.endswith(SELF_EVIDENT) and ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert silent == []
