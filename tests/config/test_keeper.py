"""The keeper's process has the opening key, and no other part of the site does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from accounts.vault import keeper
from accounts.vault.opening_keys import PRIVATE_NAME, WITHHELD, load_opening
from config import serve
from config.supervisor import Part, Supervisor
from tests.config.test_supervisor import _run as run

SECRET = "5" * 64


def test_only_the_keepers_part_may_see_the_key() -> None:
    for name, group in serve.parts().items():
        for part in group:
            assert part.withheld == (frozenset() if name == "keeper" else WITHHELD)


def test_only_the_keeper_takes_from_its_queue_and_each_part_names_what_it_takes() -> None:
    queues = {
        part.name: part.command[part.command.index("--queues") + 1]
        for group in serve.parts().values()
        for part in group
        if "worker" in part.command
    }
    assert queues == {"worker-1": "celery", "worker-2": "celery", "keeper": "vault"}
    assert "config.keeper" in serve.parts()["keeper"][0].command


def test_a_part_never_sees_what_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WITHHELD:
        monkeypatch.setenv(name, SECRET)
    script = "import json, os, sys, time; json.dump(dict(os.environ), open(sys.argv[1], 'w')); time.sleep(60)"
    words = {name: [sys.executable, "-S", "-c", script, str(tmp_path / name)] for name in ("web", "keeper")}
    parts = [Part("web", words["web"], WITHHELD), Part("keeper", words["keeper"])]
    run(Supervisor(parts, tmp_path), until=lambda: all(_seen(tmp_path / part.name) for part in parts))
    assert not WITHHELD & set(_seen(tmp_path / "web"))
    assert SECRET not in _seen(tmp_path / "web").values()
    assert set(_seen(tmp_path / "keeper")) >= WITHHELD


def _seen(path: Path) -> dict[str, str]:
    """The environment that a part wrote down; empty until it has."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}


def test_the_settings_of_every_process_hold_the_public_half_alone() -> None:
    (private,) = load_opening(settings.DATA)
    shown = repr({name: getattr(settings, name) for name in dir(settings)})
    assert private.sealing.text in shown
    assert private.text not in shown
    assert not keeper.is_present()


PROBE = """
import json, os, sys
{start}
from accounts.vault import keeper
shown = [sys.argv[1] in value for value in os.environ.values()]
print(json.dumps({{"is_keeper": keeper.is_present(), "shown": sum(shown)}}))
"""


def _probe(start: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROBE.format(start=start), SECRET],
        cwd=settings.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "YINJI_DATA": str(folder), **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_keeper_takes_its_key_out_of_the_environment(tmp_path: Path) -> None:
    ran = _probe("import config.keeper", tmp_path, YINJI_VAULT_OPENING_KEY=SECRET)
    assert json.loads(ran.stdout) == {"is_keeper": True, "shown": 0}, ran.stderr


def test_a_keeper_without_a_key_does_not_start(tmp_path: Path) -> None:
    ran = _probe(
        "import config.keeper", tmp_path, YINJI_VAULT_OPENING_KEY_FILE=str(tmp_path / PRIVATE_NAME / "x")
    )
    assert ran.returncode == 1
    assert "keeper: " in ran.stderr
    assert "cannot be read" in ran.stderr
