"""Rows of 256 bits that follow a log of entries: sealed segments, and a tail in memory that is read from the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marking.registry.index.packing import Plan, plan_for
from marking.registry.index.scan import scan
from marking.registry.index.segment import Damaged, Segment
from marking.registry.index.shelf import Shelf, Shelved, Stamp
from marking.registry.index.source import EMPTY, Batch, Mark, Source, joined, without

logger = logging.getLogger(__name__)

SEAL_AT = 65_536
"""Rows in the tail from which it is sealed: scanning so many takes a fifth of a millisecond."""

PATIENCE = 4
"""How many times as long the tail may be where somebody waits for an answer; whoever registers seals it sooner."""


@dataclass(frozen=True)
class Snapshot:
    """All rows at one moment: those on the disk, then those of the tail."""

    shelved: Shelved = field(default_factory=Shelved)
    tail: Batch = EMPTY

    @property
    def mark(self) -> Mark | None:
        """The last entry that is in it."""
        return self.tail.last or self.shelved.mark

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What lies on the disk."""
        return self.shelved.segments

    def near(
        self, query: NDArray[np.uint64], radius: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the keys of the entries within ``radius``, and their distances, part by part."""
        for segment in self.segments:
            rows, bits = segment.near(query, radius)
            yield segment.entries[rows].astype(np.int64) + segment.first, bits
        rows, bits = scan(self.tail.columns, query, radius)
        yield self.tail.keys[rows], bits


class Packed:
    """Keeps ``folder`` in step with ``source``. Any number of processes and threads may use the same folder."""

    def __init__(
        self, folder: Path, source: Source, *, seal_at: int = SEAL_AT, plans: Callable[[int], Plan] = plan_for
    ) -> None:
        self._shelf = Shelf(folder, plans)
        self._source = source
        self._seal_at = seal_at
        self._known = Snapshot()
        self._lock = threading.Lock()

    def snapshot(self, *, patience: int = PATIENCE) -> Snapshot:
        """Return everything that the log holds now, by one query of it. Heals what is damaged.

        A tail ``patience`` times as long as it should be is sealed first, which may take seconds.
        """
        with self._lock:
            current = self._caught_up(self._opened())
            if self._source.is_settled:
                if current.tail.keys.size >= patience * self._seal_at:
                    current = self._sealed(current)
                self._known = current
            return current

    def rebuild(self) -> None:
        """Forget what is on the disk and make it anew."""
        with self._lock, self._shelf.locked():
            self._shelf.clear()
            self._known = Snapshot()
        self.snapshot(patience=1)

    def _opened(self) -> Snapshot:
        """What was known, or what is on the disk where that was written since."""
        stamp = self._shelf.stamp()
        if stamp == self._known.shelved.stamp:
            return self._known
        try:
            shelved = self._shelf.read(self._known.shelved)
        except (Damaged, OSError) as error:
            return self._lost(str(error), stamp)
        if self._lags(shelved):
            return self._lost("the database has entries that were never taken in", stamp)
        return Snapshot(shelved)

    def _lags(self, shelved: Shelved) -> bool:
        if shelved.mark is None or not self._source.is_settled:
            return False
        return self._source.count_to(shelved.mark.key) > shelved.entries

    def _caught_up(self, known: Snapshot) -> Snapshot:
        """``known`` with what was written since. Where its last entry is no longer there, less of it is believed."""
        if known.mark is None:
            return replace(known, tail=self._source.since(0))
        found = self._source.since(known.mark.key)
        if found.first == known.mark:
            return replace(known, tail=joined((known.tail, without(found, known.mark))))
        if known.tail.entries:
            return self._caught_up(Snapshot(known.shelved))
        reason = "the database is not the one that it was made from"
        return self._caught_up(self._lost(reason, known.shelved.stamp))

    def _lost(self, reason: str, stamp: Stamp | None) -> Snapshot:
        """Nothing, which is also what the folder holds from now on, if it can be written and nobody was quicker."""
        if self._source.is_settled:
            logger.warning("the index in %s is made anew: %s", self._shelf.folder, reason)
            self._write(self._shelf.clear, stamp)
        return Snapshot(Shelved(stamp=self._shelf.stamp()))

    def _sealed(self, current: Snapshot) -> Snapshot:
        """``current`` with its tail on the disk, put there by this process or another."""
        self._write(lambda: self._shelf.seal(current.shelved, current.tail), current.shelved.stamp)
        self._known = current
        return self._caught_up(self._opened())

    def _write(self, change: Callable[[], None], stamp: Stamp | None) -> None:
        """Change the folder unless another process did after ``stamp``. A disk that refuses is logged: the log is whole."""
        try:
            with self._shelf.locked():
                if self._shelf.stamp() == stamp:
                    change()
        except OSError as error:
            logger.warning("the index in %s could not be written: %s", self._shelf.folder, error)
