"""Who may start: one ``serve`` a data folder, and one listener a port. Standard library only."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


class NotStartable(Exception):
    """The site cannot start; the text says why and what to do."""


@contextmanager
def sole_owner(folder: Path) -> Iterator[int]:
    """Hold the data folder for one ``serve``; yield the descriptor that holds it, also for each process that inherits it (flock(2)).

    Raises :class:`NotStartable` when another one has it, or what another one left running.
    """
    path = folder / "serve.lock"
    path.touch(mode=0o600)
    with path.open() as file:  # for reading alone: who inherits it has nothing to write there
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotStartable(_who_serves(folder, file)) from None
        path.write_text(str(os.getpid()))
        yield file.fileno()


def _who_serves(folder: Path, lock: IO[str]) -> str:
    watcher, holders = lock.read().strip(), _holders(lock)
    if not holders or watcher in holders:
        return f"Process {watcher} already serves {folder}."
    return (
        f"Process {watcher}, which served {folder}, is gone, but what it started still runs and serves it: "
        f"end that with `kill {' '.join(holders)}`, then start again."
    )


def _holders(file: IO[str]) -> list[str]:
    """The numbers of the processes that have ``file`` open through another descriptor, as far as this one may look into them (proc(5))."""
    held, own, found = os.fstat(file.fileno()), f"/proc/{os.getpid()}/fd/{file.fileno()}", set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if os.path.samestat(link.stat(), held) and str(link) != own:
                found.add(int(link.parts[2]))
    return [str(number) for number in sorted(found)]


def refuse_taken_port(host: str, port: int) -> None:
    """Raise :class:`NotStartable` when something listens on ``host:port`` already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotStartable(
                f"Cannot listen on {host}:{port} ({error.strerror or error}): set YINJI_PORT or YINJI_HOST."
            ) from error
