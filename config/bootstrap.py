"""Make ``manage.py`` run on a machine that has Python and little else.

Standard library only: this module is imported before anything is installed. When the interpreter that
runs it does not hold the locked dependencies, it makes ``.venv`` beside ``manage.py``, installs the lock
file with every hash checked, and starts the same command again inside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEVELOPMENT_LOCK = ROOT / "requirements-dev.lock"
OLDEST_PYTHON = (3, 11)
# Every part of the site is a process of its own, and there are as many as there are cores: threads inside a numerical
# library, which wait by spinning, would only take the cores from the others. Libraries read this when they are loaded.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

_PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+) \\$", re.MULTILINE)
"""A line of a lock file that holds everywhere: a name, perhaps with extras, a version, and hashes below."""


def prepare(argv: list[str]) -> None:
    """Return when this interpreter can run ``argv``; otherwise install what is missing and re-execute.

    ``test`` is handed over to pytest, with the development lock installed.
    """
    if sys.version_info < OLDEST_PYTHON:
        _stop(f"Yinji needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)
    command = argv[1] if len(argv) > 1 else ""
    lock = DEVELOPMENT_LOCK if command == "test" else RUNTIME_LOCK
    if not _is_ready(lock):
        _install(lock)
        python = ENVIRONMENT / "bin" / "python"
        os.execv(python, [str(python), *argv])
    if command == "test":
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])


def _is_ready(lock: Path) -> bool:
    if Path(sys.prefix) == ENVIRONMENT:
        return _is_installed(lock)
    return _holds(lock)


def _holds(lock: Path) -> bool:
    """Tell whether an environment that somebody else made (a container image) holds all that is locked, version by version.

    What is locked for some platforms alone is left out. A Python that holds only part of it is as good as one that holds nothing.
    """
    pins = _PIN.findall(lock.read_text())
    try:
        return bool(pins) and all(metadata.version(name) == version for name, version in pins)
    except metadata.PackageNotFoundError:
        return False


def _stamp(lock: Path) -> Path:
    return ENVIRONMENT / f".{lock.name}.sha256"


def _is_installed(lock: Path) -> bool:
    stamp = _stamp(lock)
    return stamp.exists() and stamp.read_text() == _digest(lock)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _install(lock: Path) -> None:
    with open(ROOT / ".venv.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if _is_installed(lock):
            return
        print(f"Installing {lock.name} into .venv (once; hashes are checked) …", file=sys.stderr, flush=True)
        uv = shutil.which("uv")
        python = ENVIRONMENT / "bin" / "python"
        if not python.exists():
            _make_environment(uv)
        installer = [uv, "pip", "install", "--quiet", "--python", str(python)] if uv else [
            str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        ]  # fmt: skip
        if subprocess.run([*installer, "--require-hashes", "-r", str(lock)], cwd=ROOT).returncode:
            _stop(f"Could not install {lock.name}: see the messages above.")
        _record_stamps(lock)


def _make_environment(uv: str | None) -> None:
    if uv:
        command = [uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT)]
    elif importlib.util.find_spec("ensurepip") is None:
        _stop("Python's venv module is missing: run `apt install python3-venv` and start again.")
    else:
        command = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
    if subprocess.run(command).returncode:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        _stop("Could not make .venv: see the messages above.")


def _record_stamps(lock: Path) -> None:
    """The development lock holds every runtime pin as well, so that installing it satisfies both."""
    for satisfied in {lock, RUNTIME_LOCK}:
        _stamp(satisfied).write_text(_digest(satisfied))


def _stop(sentence: str) -> None:
    sys.exit(f"manage.py: {sentence}")
