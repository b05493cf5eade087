"""The index of one machine: packed in files of the data folder, over the embedded database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from marking.registry import entries
from marking.registry.index.log import Fingerprints
from marking.registry.index.packed import SEAL_AT, Packed
from marking.registry.index.packing import columns_of
from marking.registry.index.protocol import Hit


class Embedded:
    """An `Index` in ``folder``: exact, and written by nobody who registers.

    What was registered since the last look-up is read from the database with the next one, and kept in memory until there
    is enough of it for the disk. So no crash can come between a registration and the index.
    """

    def __init__(self, folder: Path, *, seal_at: int = SEAL_AT) -> None:
        self._packed = Packed(folder, Fingerprints(), seal_at=seal_at)

    def add(self, number: int) -> None:
        """See `Index`. Puts a long tail onto the disk, which may take seconds among millions."""
        entries.enter(number)
        self._packed.snapshot(patience=1)

    def remove(self, number: int) -> None:
        """See `Index`."""
        entries.leave(number)

    def near(self, fingerprints: Sequence[bytes], radius: int) -> Iterator[Hit]:
        """See `Index`."""
        queries = columns_of(fingerprints).T
        snapshot = self._packed.snapshot()
        parts = [
            np.stack([bits, keys, np.full(keys.size, way)])
            for way, query in enumerate(queries)
            for keys, bits in snapshot.near(query, radius)
        ]
        found = np.concatenate([np.empty((3, 0), np.int64), *parts], axis=1)
        for place in np.lexsort(found[::-1]):
            bits, key, way = found[:, place].tolist()
            yield Hit(key, bits, way)

    def rebuild(self) -> None:
        """See `Index`."""
        entries.enter_all()
        self._packed.rebuild()

    def count(self) -> int:
        """See `Index`."""
        return entries.count()
