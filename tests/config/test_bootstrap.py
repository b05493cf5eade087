"""manage.py on machines that lack something, in real child processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from config import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare_copy(tmp_path: Path) -> Path:
    """The files that run before anything is installed, in a folder of their own, with empty locks."""
    copy = tmp_path / "yinji"
    (copy / "config").mkdir(parents=True)
    for name in ("manage.py", "config/__init__.py", "config/bootstrap.py"):
        shutil.copy(ROOT / name, copy / name)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (copy / name).write_text("# nothing\n")
    return copy


def _run(copy: Path, *words: str, path: str = "/nonexistent") -> subprocess.CompletedProcess[str]:
    """Run manage.py with a Python that sees no installed packages and no other programs."""
    base = Path(sysconfig.get_config_var("BINDIR")) / "python3"
    python = base if base.exists() else Path(sys.executable)
    return subprocess.run(
        [str(python), "-S", "-E", *words],
        cwd=copy,
        capture_output=True,
        text=True,
        env={"PATH": path},
        timeout=60,
    )


def test_it_says_in_one_line_that_venv_is_missing(bare_copy: Path) -> None:
    hide = "import importlib.util as u; f=u.find_spec; u.find_spec=lambda n,*a: None if n=='ensurepip' else f(n,*a);"
    run = _run(bare_copy, "-c", f"{hide} import sys; sys.path.insert(0,'.'); sys.argv=['manage.py','serve'];"
               "from config import bootstrap; bootstrap.prepare(sys.argv)")  # fmt: skip
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == (
        "manage.py: Python's venv module is missing: run `apt install python3-venv` and start again."
    )


def test_it_makes_an_environment_and_starts_again_inside_it(bare_copy: Path) -> None:
    run = _run(bare_copy, "manage.py", "serve")
    assert "Installing requirements.lock into .venv" in run.stderr
    # The empty lock holds no Django: the command got as far as importing it, inside the new environment.
    assert "No module named 'django'" in run.stderr
    assert (bare_copy / ".venv" / ".requirements.lock.sha256").exists()
    again = _run(bare_copy, "manage.py", "serve")
    assert "Installing" not in again.stderr


def test_it_stops_when_a_lock_cannot_be_installed(bare_copy: Path) -> None:
    (bare_copy / "requirements-dev.lock").write_text(
        "no-such-distribution==1 --hash=sha256:" + "0" * 64 + "\n"
    )
    _run(bare_copy, "manage.py", "serve")
    (bare_copy / ".venv" / "pyvenv.cfg").touch()
    run = subprocess.run(
        [str(bare_copy / ".venv/bin/python"), "manage.py", "test"],
        cwd=bare_copy, capture_output=True, text=True, timeout=120,
        env={"PATH": "/nonexistent", "PIP_NO_INDEX": "1"},
    )  # fmt: skip
    assert run.returncode == 1
    assert "Could not install requirements-dev.lock" in run.stderr


def test_it_refuses_an_old_python(bare_copy: Path) -> None:
    run = _run(bare_copy, "-c", "import sys; sys.path.insert(0,'.'); sys.version_info=(3,10,0);"
               "from config import bootstrap; bootstrap.prepare(['manage.py'])")  # fmt: skip
    assert "Yinji needs Python 3.11 or newer" in run.stderr


def test_it_keeps_numerical_libraries_to_one_thread_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "4"})
    bootstrap.prepare(["manage.py", "check"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "4"


def test_another_environment_is_taken_only_with_everything_that_is_locked(tmp_path: Path) -> None:
    pins = bootstrap._PIN.findall(bootstrap.DEVELOPMENT_LOCK.read_text())
    assert {"django", "pytest-xdist", "numpy"} <= {name for name, _version in pins}
    assert bootstrap._holds(bootstrap.DEVELOPMENT_LOCK)
    lock = tmp_path / "requirements.lock"
    for text, expected in (
        ("", False),
        (f"{pins[0][0]}=={pins[0][1]} \\\n    --hash=sha256:00\n", True),
        (f"{pins[0][0]}=={pins[0][1]}.1 \\\n    --hash=sha256:00\n", False),
        (
            f"{pins[0][0]}=={pins[0][1]} \\\n    --hash=sha256:00\nno-such-package==1 \\\n    --hash=sha256:00\n",
            False,
        ),
        (
            f"{pins[0][0]}=={pins[0][1]} \\\n    --hash=sha256:00\nno-such-package==1 ; sys_platform == 'win32' \\\n",
            True,
        ),
    ):
        lock.write_text(text)
        assert bootstrap._holds(lock) is expected, text
