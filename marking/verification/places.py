"""The places at which this machine examines strangers' files, and who is given the next one.

A place is a file that its holder has locked. The kernel unlocks what a dead process held (flock(2)), so a killed worker
frees its places at once, and no clock has to be waited for.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

POLL_SECONDS = 0.05
"""How often a waiting process looks whether another one has freed a place."""
MOST_REMEMBERED = 10_000
"""Senders whose last turn is remembered; with more, all are forgotten and start anew as equals."""


@dataclass(frozen=True)
class Places:
    """``number`` places of a machine, as files in ``folder``; one sender holds at most ``share`` of them.

    While a place is held, its file names the sender as `accounts.access.senders.sender_of` does, or nobody.
    """

    folder: Path
    number: int
    share: int

    @contextmanager
    def looked_at(self) -> Iterator[Room]:
        """Look at all places while nobody else does. Those that are free and not given away are free again afterwards."""
        self.folder.mkdir(exist_ok=True, mode=0o700)
        with ExitStack() as closing:
            gate = _open(self.folder / "gate")
            closing.callback(os.close, gate)
            fcntl.flock(gate, fcntl.LOCK_EX)
            room = Room(self.share)
            closing.callback(room.leave)
            for number in range(self.number):
                room.see(_open(self.folder / str(number)))
            yield room


@dataclass
class Room:
    """What `Places.looked_at` saw: descriptors of free places, and the senders who hold the others."""

    share: int
    free: list[int] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)

    def see(self, place: int) -> None:
        """Take in one place by its descriptor, which is closed where somebody holds it."""
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.holders.append(os.pread(place, 64, 0).decode())
            os.close(place)
        else:
            self.free.append(place)

    def give(self, sender: str) -> int | None:
        """Return a descriptor that holds a place for ``sender`` until it is closed; None where it has its share."""
        if sender and self.holders.count(sender) >= self.share:
            return None
        place = self.free.pop()
        os.ftruncate(place, 0)
        os.pwrite(place, sender.encode(), 0)
        self.holders.append(sender)
        return place

    def leave(self) -> None:
        """Let go of what was not given away."""
        for place in self.free:
            os.close(place)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@dataclass(eq=False)
class _Waiter:
    sender: str
    arrival: int
    place: int | None = None


class Turns:
    """The threads of one process that wait for a place. Whose sender had the last turn longest ago is next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Waiter] = []
        self._last_turns: dict[str, int] = {}
        self._numbers = itertools.count(1)

    @contextmanager
    def place(self, places: Places, sender: str, *, patience: float) -> Iterator[bool]:
        """Hold a place for ``sender``, waited for ``patience`` seconds; False where there was none by then."""
        taken = self._wait(places, sender, time.monotonic() + patience)
        try:
            yield taken is not None
        finally:
            if taken is not None:
                self._free(taken)

    def _wait(self, places: Places, sender: str, end: float) -> int | None:
        with self._changed:
            waiter = _Waiter(sender, next(self._numbers))
            self._waiting.append(waiter)
            try:
                self._share_out(places)
                while waiter.place is None and (left := end - time.monotonic()) > 0:
                    self._changed.wait(min(left, POLL_SECONDS))
                    self._share_out(places)
            finally:
                if waiter in self._waiting:
                    self._waiting.remove(waiter)
        return waiter.place

    def _share_out(self, places: Places) -> None:
        """Give what is free to those who wait, one after another."""
        if not self._waiting:
            return
        with places.looked_at() as room:
            for waiter in sorted(self._waiting, key=self._rank):
                if not room.free:
                    return
                waiter.place = room.give(waiter.sender)
                if waiter.place is not None:
                    self._note_turn(waiter)

    def _rank(self, waiter: _Waiter) -> tuple[int, int]:
        return self._last_turns.get(waiter.sender, 0), waiter.arrival

    def _note_turn(self, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        if len(self._last_turns) >= MOST_REMEMBERED:
            self._last_turns.clear()
        self._last_turns[waiter.sender] = next(self._numbers)
        self._changed.notify_all()

    def _free(self, place: int) -> None:
        os.ftruncate(place, 0)
        os.close(place)
        with self._changed:
            self._changed.notify_all()


class Hands:
    """How many requests of each sender one process has in hand: receives, lets wait, examines.

    Each holds a thread, so they are ``most`` together. A sender is given another one while it has fewer than a quarter of
    what is left: alone it has a fourth of twelve, and there is room for those who come next (a dynamic threshold as in
    Choudhury and Hahne, doi:10.1109/90.664262).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, sender: str) -> bool:
        """Take one for ``sender``; False where it may not have one now."""
        with self._lock:
            held, left = self._held.get(sender, 0), self._most - sum(self._held.values())
            if 4 * held >= left:
                return False
            self._held[sender] = held + 1
            return True

    def held_by(self, sender: str) -> int:
        """How many ``sender`` has."""
        return self._held.get(sender, 0)

    def give_back(self, sender: str) -> None:
        """Give back one of ``sender``."""
        with self._lock:
            if self._held[sender] > 1:
                self._held[sender] -= 1
            else:
                del self._held[sender]
