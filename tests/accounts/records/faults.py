"""Let the calls fail, one after another, by which a process brings the log to the disk, and look whether anything that it had said was lost.

``python -m tests.accounts.records.faults [MOST]``: strace counts the calls of a whole run, and then lets each of them fail with EIO, in a run of
its own from the same beginning; of each kind MOST at most, evenly spread. So is Tessera tested (integration/fault/posix). Prints what was found;
ends with 77 where the kernel lets nobody trace.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.accounts.records import telling
from tests.accounts.records.telling import Said, append, rotate, sign

KINDS = {
    "write": "write",
    "pwrite64": "pwrite64",
    "fsync": "fsync",
    "fdatasync": "fdatasync",
    "rename": "/^rename(at2?)?$",
}
"""What SQLite and the files of tiles are written with, as strace selects it. Which rename is asked depends on the processor."""
HELD = 253
"""Records of the log at the beginning: a run goes past the first full tile."""
PR_SET_PTRACER, ANY_PROCESS = 0x59616D61, ctypes.c_ulong(-1)
"""prctl(2): strace is let in also where Yama keeps a process to its own children."""
LEFT_OUT = 77
"""Status of a test that could not be made, by the convention of GNU Automake."""


class NotTraced(Exception):
    """strace was not let in. Says what it said."""


@dataclass(frozen=True)
class Run:
    """What a process told of its run, how often which call was made, and how many were made to fail."""

    told: list[Said]
    calls: Counter[str]
    failed: int


def main(most: int | None) -> dict[str, dict[str, int]]:
    """By kind: how many ``calls`` a run makes, how many of them ``failed``, each in a run of its own, and in how many of these runs a step was ``refused``.

    Raises AssertionError for the first thing that was lost, and :class:`NotTraced`.
    """
    with tempfile.TemporaryDirectory(prefix="yinji-faults-") as name:
        folder = Path(name)
        telling.begin(folder)
        _begin(folder)
        whole = _run(folder, *KINDS)
        return {kind: _fail_each(folder, kind, whole, most) for kind in KINDS}


def _fail_each(folder: Path, kind: str, whole: Run, most: int | None) -> dict[str, int]:
    calls = whole.calls[kind]
    runs = [_fail(folder, kind, call) for call in _spread(calls, most)]
    refused = sum(len(run.told) < len(whole.told) for run in runs)
    return {"calls": calls, "failed": sum(run.failed for run in runs), "refused": refused}


def _spread(calls: int, most: int | None) -> list[int]:
    """All of the calls 1 to ``calls``, or ``most`` of them, the first and the last among them."""
    if most is None or most >= calls:
        return list(range(1, calls + 1))
    return sorted({1 + round(step * (calls - 1) / max(1, most - 1)) for step in range(most)})


def _begin(folder: Path) -> None:
    """The log from which each run starts, kept beside it."""
    for _ in range(HELD):
        append()
    sign()
    telling.leave_database()
    shutil.copytree(folder / "data", folder / "beginning")


def _fail(folder: Path, kind: str, call: int) -> Run:
    """A run in which that call fails, if it is made. Another process then finds all that was told, and goes on."""
    from accounts.records.sequencing import log_files
    from accounts.records.tile_files import UNFINISHED

    done = _run(folder, kind, failing=call)
    append()
    try:
        telling.check(done.told, is_whole=True)
    except Exception as error:
        raise AssertionError(f"after {kind} {call} had failed: {error!r}") from error
    assert not list(log_files().folder.glob(f"**/{UNFINISHED}/*")), (
        f"left over after {kind} {call} had failed"
    )
    return done


def _run(folder: Path, *kinds: str, failing: int | None = None) -> Run:
    """A run from the beginning, of which strace writes down the calls of these kinds, and lets one fail. Raises :class:`NotTraced`."""
    telling.leave_database()
    shutil.rmtree(folder / "data")
    shutil.copytree(folder / "beginning", folder / "data")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ours.close()
        _write(theirs)
    theirs.close()
    assert ours.recv(1), "the process ended before its first step"
    with ours, _traced(child, folder / "trace", ",".join(KINDS[kind] for kind in kinds), failing):
        ours.sendall(b"!")
        told = ours.makefile("rb").read()
        _, status = os.waitpid(child, 0)
    assert status == 0, f"the process ended with {status}, while call {failing} of {kinds} failed"
    trace = (folder / "trace").read_text()
    calls = Counter(
        re.sub("^rename.*", "rename", name) for name in re.findall(r"^(\w+)\(", trace, re.MULTILINE)
    )
    return Run(telling.told(told), calls, trace.count("(INJECTED)"))


@contextmanager
def _traced(child: int, trace: Path, kinds: str, failing: int | None) -> Iterator[None]:
    """Have strace at a process that waits for it, until that ends."""
    what = f"trace={kinds}" if failing is None else f"inject={kinds}:error=EIO:when={failing}"
    words = ["strace", "-p", str(child), "-o", str(trace), "-e", f"trace={kinds}", "-e", what]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        if "attached" not in (said := strace.stderr.readline()):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise NotTraced(said.strip())
        yield


def _write(parent: socket.socket) -> NoReturn:
    """Be the process: wait until it is traced, take the steps, and tell by the socket, so by none of the calls that fail, what is committed."""
    status = 1
    try:
        logging.disable()  # its lines are writes, too
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANY_PROCESS, 0, 0, 0)
        parent.sendall(b"!")
        parent.recv(1)
        for step in _steps():
            for said in _taken(step):
                parent.sendall(telling.line(said))
        telling.leave_database()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _steps() -> list[Callable[[], Said | None]]:
    return [*[append] * 5, sign, append, rotate, *[append] * 2, sign]


def _taken(step: Callable[[], Said | None]) -> Iterator[Said]:
    """What a step did. One that the disk refuses is left, as the worker leaves it, and the next one taken."""
    from django.db import DatabaseError

    try:
        said = step()
    except (DatabaseError, OSError):
        return
    if said:
        yield said


if __name__ == "__main__":
    try:
        found = main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    except NotTraced as refused:
        sys.stderr.write(f"left out: strace is not let in ({refused})\n")
        sys.exit(LEFT_OUT)
    sys.stdout.write(f"{json.dumps(found)}\n")
