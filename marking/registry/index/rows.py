"""The index of many machines: PostgreSQL's own, over the entries that they share.

Each entry is found by its 16 segments of 16 bits: a fingerprint within 31 bits differs from it by at most one bit in one of them.
The keys of an entry and the 272 near those of a query are arrays, which a GIN index intersects; farther fingerprints are found by
reading every row. Measured against one row a segment with a B-tree in docs/benchmarks/fingerprint-index.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from operator import itemgetter

import numpy as np
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from numpy.typing import NDArray

from marking.registry import entries
from marking.registry.index.packing import REACH, columns_of
from marking.registry.index.protocol import Hit

_SEGMENTS = ", ".join(
    f"{segment << 16} + (get_byte(code, {2 * segment}) << 8) + get_byte(code, {2 * segment + 1})"
    for segment in range(16)
)
_INSTALL = (
    f"""
    CREATE OR REPLACE FUNCTION marking_segments(code bytea) RETURNS integer[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT ARRAY[{_SEGMENTS}] $$
    """,
    """
    ALTER TABLE marking_indexentry ADD COLUMN IF NOT EXISTS bits bit(256)
    GENERATED ALWAYS AS (('x' || encode(fingerprint, 'hex'))::bit(256)) STORED
    """,
    """
    CREATE INDEX IF NOT EXISTS marking_indexentry_segments ON marking_indexentry USING gin (marking_segments(fingerprint))
    """,
)

_MASKS = np.array([0, *(1 << bit for bit in range(16))], np.int64)
_WITHIN = """
    SELECT id, bit_count(bits # %(code)s::bit(256)) AS distance FROM marking_indexentry
    WHERE bit_count(bits # %(code)s::bit(256)) <= %(radius)s ORDER BY distance, id
"""
# The extension intarray has an operator && of its own, which no index of ours answers.
_AGREEING = """
    SELECT id, bit_count(bits # %(code)s::bit(256)) AS distance FROM marking_indexentry
    WHERE marking_segments(fingerprint) OPERATOR(pg_catalog.&&) %(keys)s::integer[]
    AND bit_count(bits # %(code)s::bit(256)) <= %(radius)s ORDER BY distance, id
"""


class Rows:
    """An `Index` that PostgreSQL keeps with every insert. Nothing has to be taken in."""

    def add(self, number: int) -> None:
        """See `Index`."""
        entries.enter(number)

    def remove(self, number: int) -> None:
        """See `Index`."""
        entries.leave(number)

    def near(self, fingerprints: Sequence[bytes], radius: int) -> Iterator[Hit]:
        """See `Index`."""
        columns_of(fingerprints)
        return merge(
            *(_near(each, radius, way) for way, each in enumerate(fingerprints)), key=itemgetter(1, 0, 2)
        )

    def rebuild(self) -> None:
        """See `Index`."""
        entries.enter_all()
        with connection.cursor() as cursor:
            cursor.execute("REINDEX INDEX marking_indexentry_segments")

    def count(self) -> int:
        """See `Index`."""
        return entries.count()


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what the look-up reads, on PostgreSQL. Safe to call twice."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for statement in _INSTALL:
            cursor.execute(statement)


def _near(fingerprint: bytes, radius: int, way: int) -> list[Hit]:
    """Hits of one query, nearest first."""
    code = f"{int.from_bytes(fingerprint):0256b}"
    with connection.cursor() as cursor:
        if radius <= REACH:
            cursor.execute(_AGREEING, {"code": code, "radius": radius, "keys": _keys(fingerprint)})
        else:
            cursor.execute(_WITHIN, {"code": code, "radius": radius})
        return [Hit(entry, distance, way) for entry, distance in cursor.fetchall()]


def _keys(fingerprint: bytes) -> list[int]:
    """The keys of the 16 segments, and those that differ from one of them by a bit."""
    segments = np.frombuffer(fingerprint, ">u2").astype(np.int64)
    near: NDArray[np.int64] = (segments[:, None] ^ _MASKS) + (np.arange(16)[:, None] << 16)
    return near.ravel().tolist()
