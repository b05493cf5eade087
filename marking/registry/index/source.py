"""What an embedded index is made from: the entries of the database, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from marking.registry.index.packing import WORDS, Columns


class Mark(NamedTuple):
    """One entry: its key and its fingerprint, which together tell this database from another copy of it."""

    key: int
    fingerprint: bytes


@dataclass(frozen=True)
class Batch:
    """Entries one after the other: what they hold (keys int64 of shape (N,), columns (4, N)), their number, first and last.

    An entry may hold several rows, or none.
    """

    keys: NDArray[np.int64]
    columns: Columns
    entries: int
    first: Mark | None
    last: Mark | None


EMPTY = Batch(np.empty(0, np.int64), np.empty((WORDS, 0), np.uint64), 0, None, None)


class Source(Protocol):
    """The database's entries. Keys only grow: what is committed later has a greater one."""

    @property
    def is_settled(self) -> bool:
        """Whether what is read is committed, and may be kept."""
        ...

    def since(self, key: int) -> Batch:
        """Return the entries from ``key`` on."""
        ...

    def count_to(self, key: int) -> int:
        """Return how many entries there are up to ``key``."""
        ...


def joined(batches: Iterable[Batch]) -> Batch:
    """Return batches, each of which follows the one before it, as one."""
    filled = [batch for batch in batches if batch.entries]
    if not filled:
        return EMPTY
    return Batch(
        np.concatenate([batch.keys for batch in filled]),
        np.concatenate([batch.columns for batch in filled], axis=1),
        sum(batch.entries for batch in filled),
        filled[0].first,
        filled[-1].last,
    )


def without(batch: Batch, mark: Mark) -> Batch:
    """Return a batch that begins with ``mark`` without it."""
    kept = batch.keys != mark.key
    last = batch.last if batch.last != mark else None
    return Batch(batch.keys[kept], batch.columns[:, kept], batch.entries - 1, None, last)
