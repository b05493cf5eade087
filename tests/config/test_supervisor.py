"""Real child processes, supervised."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config import starting
from config.supervisor import Part, Supervisor

COUNTS_ITS_STARTS = (
    "import sys, time; open(sys.argv[1], 'a').write('started\\n'); time.sleep(float(sys.argv[2]))"
)
IGNORES_SIGTERM = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "open(sys.argv[1], 'a').write('started\\n'); time.sleep(60)"
)


def _part(script: str, *words: str) -> Part:
    return Part("part", [sys.executable, "-S", "-c", script, *words])


def _run(supervisor: Supervisor, until: Callable[[], bool]) -> None:
    """Run in this, the main thread (signals), and stop from another as soon as ``until`` holds."""

    def watch() -> None:
        deadline = time.monotonic() + 30
        while not until() and time.monotonic() < deadline:
            time.sleep(0.05)
        supervisor.stop()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        supervisor.run()
    finally:
        watcher.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_it_starts_a_part_again_when_it_ends(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    starts.touch()
    supervisor = Supervisor([_part(COUNTS_ITS_STARTS, str(starts), "0")], tmp_path)
    _run(supervisor, lambda: starts.read_text().count("started") >= 2)
    assert starts.read_text().count("started") >= 2


def test_it_stops_every_part_on_a_signal(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    starts.touch()
    parts = [_part(COUNTS_ITS_STARTS, str(starts), "60") for _ in range(2)]
    supervisor = Supervisor(parts, tmp_path)

    def signalled() -> bool:
        if starts.read_text().count("started") < 2:
            return False
        os.kill(os.getpid(), signal.SIGTERM)
        return True

    _run(supervisor, signalled)
    assert all(child.process.poll() is not None for child in supervisor._children)


def test_it_kills_what_does_not_stop(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    starts.touch()
    supervisor = Supervisor([_part(IGNORES_SIGTERM, str(starts))], tmp_path, stop_timeout=0.3)
    _run(supervisor, lambda: bool(starts.read_text()))
    (child,) = supervisor._children
    assert child.process.returncode == -signal.SIGKILL


SERVES = """
import sys
from pathlib import Path
from config.starting import sole_owner
from config.supervisor import Part, Supervisor
folder = Path(sys.argv[1])
part = Part("part", [sys.executable, "-S", "-c", sys.argv[2], str(folder / "starts"), "60"])
with sole_owner(folder) as held:
    Supervisor([part], folder, handed_on=[held]).run()
"""


def test_what_a_killed_supervisor_left_running_keeps_the_folder(tmp_path: Path) -> None:
    (tmp_path / "starts").touch()
    supervisor = subprocess.Popen([sys.executable, "-c", SERVES, str(tmp_path), COUNTS_ITS_STARTS])
    _await(lambda: bool((tmp_path / "starts").read_text()))
    with pytest.raises(starting.NotStartable, match=f"^Process {supervisor.pid} already serves"):
        starting.sole_owner(tmp_path).__enter__()
    supervisor.kill()
    supervisor.wait()
    with pytest.raises(
        starting.NotStartable, match=f"Process {supervisor.pid}, .* is gone, but what it"
    ) as refused:
        starting.sole_owner(tmp_path).__enter__()
    (left,) = re.findall(r"`kill (\d+)`", str(refused.value))
    os.kill(int(left), signal.SIGKILL)
    _await(lambda: _is_free(tmp_path))


def _await(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_free(folder: Path) -> bool:
    try:
        with starting.sole_owner(folder):
            return True
    except starting.NotStartable:
        return False
