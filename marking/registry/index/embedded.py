"""The index of one machine: packed in files of the data folder, over the embedded database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from django.db import connection

from marking.registry import entries
from marking.registry.index.packed import SEAL_AT, Packed
from marking.registry.index.packing import columns_of
from marking.registry.index.protocol import Hit
from marking.registry.index.source import Batch, Mark, joined
from marking.registry.models import IndexEntry

ROWS_AT_ONCE = 50_000


class Embedded:
    """An `Index` in ``folder``: exact, and written by nobody who registers.

    The entries that are not on the disk yet are read from the database with every look-up, and kept in memory until they are
    `SEAL_AT`. So no crash can come between the two. Keys only grow in the order of commits there because SQLite has one writer.
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


class Fingerprints:
    """The `Source` of whole pictures: one row an entry."""

    @property
    def is_settled(self) -> bool:
        """Whether no transaction is open whose rows might be rolled back."""
        return not connection.in_atomic_block

    def since(self, key: int) -> Batch:
        """Return the entries from ``key`` on."""
        found = IndexEntry.objects.filter(pk__gte=key).order_by("pk").values_list("pk", "fingerprint")
        rows, batch = found.iterator(ROWS_AT_ONCE), []
        while block := list(islice(rows, ROWS_AT_ONCE)):
            batch.append(_packed(block))
        return joined(batch)

    def count_to(self, key: int) -> int:
        """Return how many entries there are up to ``key``."""
        return IndexEntry.objects.filter(pk__lte=key).count()


def _packed(block: Sequence[tuple[int, bytes | memoryview[int]]]) -> Batch:
    columns = columns_of(fingerprint for _, fingerprint in block)
    keys = np.array([key for key, _ in block], np.int64)
    return Batch(
        keys,
        columns,
        len(block),
        Mark(block[0][0], bytes(block[0][1])),
        Mark(block[-1][0], bytes(block[-1][1])),
    )
