"""Django's backend for SQLite, but those who wait for the one writer's place queue for it.

SQLite's own wait sleeps up to 100 ms at a time (``sqliteDefaultBusyCallback``), so that under load newcomers pass by
those who wait: some then wait for seconds, the withdrawal of a consent among them.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.sqlite3 import base

SHORTEST_PAUSE, LONGEST_PAUSE = 0.0005, 0.002
"""Seconds between two attempts. A transaction of this site holds the place for two to thirty milliseconds."""

_chance = random.SystemRandom()
"""Of the machine: forks of one process would draw the same pauses from a generator of their own, and meet again each time."""
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""Of the threads of this process one at a time asks for a database's place; it waits for the other processes."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions without SQLite's own wait, within ``OPTIONS["timeout"]`` seconds."""

    _turn: threading.Lock | None = None
    """Held from before a transaction begins until it has ended."""

    def _start_transaction_under_autocommit(self) -> None:
        deadline = time.monotonic() + self._patience
        turn = _turns[str(self.settings_dict["NAME"])]
        if turn.acquire(timeout=self._patience):
            self._turn = turn
        try:
            with self._without_own_wait():
                has_begun = self._begin(deadline)
            if not has_begun:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs lack it
        except BaseException:
            self._end_turn()
            raise

    @property
    def _patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", 5.0))

    @contextmanager
    def _without_own_wait(self) -> Iterator[None]:
        self.connection.execute("PRAGMA busy_timeout=0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout={round(1000 * self._patience)}")

    def _begin(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(_chance.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))
            else:
                return True
        return False

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._turn is not None and not (self.connection and self._is_in_transaction()):
            self._turn.release()
            self._turn = None

    def _is_in_transaction(self) -> bool:
        try:
            return bool(self.connection.in_transaction)
        except sqlite3.ProgrammingError:
            return False
