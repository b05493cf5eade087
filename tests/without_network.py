"""Runs a program of Python's standard library alone, without packages and without any network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

REFUSING = """
import runpy, sys
def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        raise RuntimeError(event)
sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Every door to a network, and every other program that might have one, raises (PEP 578)."""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a program with its arguments, and what it needs no environment for; where the kernel lets us, in a network of its own that has no device."""
    command = [*alone(), sys.executable, "-I", "-S", "-c", REFUSING, *arguments]
    return subprocess.run(command, cwd=cwd, env={}, capture_output=True, check=False)


@lru_cache(maxsize=1)
def alone() -> Sequence[str]:
    """What starts a program in such a network; nothing where that is not allowed."""
    unshare = ["/usr/bin/unshare", "--map-root-user", "--net"]
    try:
        done = subprocess.run([*unshare, "/bin/true"], capture_output=True, check=False)
    except OSError:
        return []
    return unshare if done.returncode == 0 else []
