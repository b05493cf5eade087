"""Runs the parts of the site as child processes: starts them, starts them again, stops them together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

# Seconds. A part that ran this long before it died starts afresh with the shortest pause.
HEALTHY_AFTER = 30.0
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
POLL = 0.2


@dataclass(frozen=True)
class Part:
    """One process of the site: its name, its command line, and the environment's variables that it must not see."""

    name: str
    command: Sequence[str]
    withheld: frozenset[str] = frozenset()


@dataclass
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    started: float
    pause: float = SHORTEST_PAUSE
    restart_at: float | None = None


@dataclass
class Supervisor:
    """Keeps ``parts`` running until :meth:`stop` is called or SIGTERM or SIGINT arrives.

    ``stop_timeout``: seconds that the parts together have to end by themselves. ``handed_on``: descriptors that every part
    inherits, so that what they lock stays locked while one of them runs, should this process be killed.
    """

    parts: Sequence[Part]
    folder: Path
    stop_timeout: float = 20.0
    handed_on: Sequence[int] = ()
    _children: list[_Child] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Start everything, watch it, and return after everything has stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._children = [_Child(part, self._start(part), time.monotonic()) for part in self.parts]
        try:
            while not self._stopping.wait(POLL):
                for child in self._children:
                    self._watch(child)
        finally:
            self._stop_all()

    def stop(self) -> None:
        """Ask for an orderly stop; :meth:`run` returns when it is done."""
        self._stopping.set()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _start(self, part: Part) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the supervisor only, which then stops the parts in order.
        seen = {name: value for name, value in os.environ.items() if name not in part.withheld}
        return subprocess.Popen(
            part.command, cwd=self.folder, start_new_session=True, env=seen, pass_fds=self.handed_on
        )

    def _watch(self, child: _Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.process, child.started, child.restart_at = self._start(child.part), now, None
            return
        status = child.process.poll()
        if status is None:
            return
        if now - child.started > HEALTHY_AFTER:
            child.pause = SHORTEST_PAUSE
        logger.error(
            "%s ended with status %s; starting it again in %.0f s", child.part.name, status, child.pause
        )
        # What the dead part left running (pool children) must not work beside its successor.
        _kill_group(child.process.pid)
        child.restart_at, child.pause = now + child.pause, min(child.pause * 2, LONGEST_PAUSE)

    def _stop_all(self) -> None:
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + self.stop_timeout
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning(
                    "%s did not stop within %.0f s; killing it", child.part.name, self.stop_timeout
                )
            _kill_group(child.process.pid)
            child.process.wait()


def _kill_group(leader: int) -> None:
    """Kill what is left of a part's process group. Its members share the leader's number."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
