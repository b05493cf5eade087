"""Worker processes: they end with the process that started them, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
from tests.benchmarks.test_workers import say_and_stay
from tests.benchmarks.watermark.workers import spread
if __name__ == "__main__":
    list(spread(say_and_stay, range(2), jobs=2))
"""


def say_and_stay(number: int) -> None:
    """A task that would outlast every test."""
    os.write(1, b"%d\n" % number)  # at once, so that two processes do not mix their lines
    time.sleep(3600)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_they_end_when_their_parent_is_killed(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        started = {parent.stdout.readline() for _ in range(2)}
        parent.send_signal(number)

        rest = parent.stdout.read()  # its end is reached when no worker holds the pipe any more

    assert started == {b"0\n", b"1\n"}
    assert rest == b""
    assert parent.returncode == -number
