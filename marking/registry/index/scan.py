"""Distances to every row, block by block: what a wide radius and rows without tables are searched by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marking.registry.index.packing import WORDS, Columns

BLOCK = 65_536
"""Rows at a time: what is worked on stays in a processor's second cache."""

Found = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows within the radius, ascending, and their distances."""


def scan(columns: Columns, query: NDArray[np.uint64], radius: int) -> Found:
    """Compare ``query``, of shape (4,), with every row."""
    total = columns.shape[1]
    differing, bits, sums = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
    rows = [np.empty(0, np.int64)]
    for start in range(0, total, BLOCK):
        size = min(BLOCK, total - start)
        _count(columns[:, start : start + size], query, differing[:size], bits[:size], sums[:size])
        # 256 bits do not fit into a byte and come out as 0: `distances` looks again.
        rows.append(np.flatnonzero(sums[:size] <= min(radius, 255)) + start)
    found = np.concatenate(rows)
    return _within(found, distances(columns, found, query), radius)


def pairs_within(
    queries: Columns, columns: Columns, radius: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of (4, Q) queries lie within ``radius``, 0 to 255, of which of (4, N) rows: the numbers of both, in order of the queries.

    So many queries at a time that what is worked on stays in a processor's cache.
    """
    rows = columns.shape[1]
    together = max(1, BLOCK // max(1, rows))
    buffers = [np.empty((together, rows), each) for each in (np.uint64, np.uint8, np.uint8)]
    found = [np.empty(0, np.int64)]
    for start in range(0, queries.shape[1], together):
        some = queries[:, start : start + together, None]
        differing, bits, sums = (each[: some.shape[1]] for each in buffers)
        _count(columns, some, differing, bits, sums)
        found.append(np.flatnonzero(sums <= radius) + start * rows)
    asked, near = np.divmod(np.concatenate(found), max(1, rows))
    # 256 bits do not fit into a byte and came out as 0
    differing_bits = sum(
        np.bitwise_count(words[asked] ^ column[near]).astype(np.int64)
        for words, column in zip(queries, columns, strict=True)
    )
    kept = differing_bits <= radius
    return asked[kept], near[kept]


def distances(columns: Columns, rows: NDArray[np.int64], query: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the distance of ``query`` to each of ``rows``, int64."""
    total = np.zeros(rows.size, np.int64)
    for column, word in zip(columns, query, strict=True):
        total += np.bitwise_count(column[rows] ^ word)
    return total


def verify(columns: Columns, rows: NDArray[np.int64], query: NDArray[np.uint64], radius: int) -> Found:
    """Keep those of ``rows`` that lie within ``radius``, once each. Most are given up after two words of four."""
    bits = np.zeros(rows.size, np.int64)
    for word in range(WORDS):
        bits += np.bitwise_count(columns[word][rows] ^ query[word])
        kept = bits <= radius
        rows, bits = rows[kept], bits[kept]
    rows, first = np.unique(rows, return_index=True)
    return rows, bits[first]


def _count(
    columns: Columns,
    query: NDArray[np.uint64],
    differing: NDArray[np.uint64],
    bits: NDArray[np.uint8],
    sums: NDArray[np.uint8],
) -> None:
    """Put the distances, modulo 256, into ``sums``."""
    sums[:] = 0
    for column, word in zip(columns, query, strict=True):
        np.bitwise_xor(column, word, out=differing)
        np.bitwise_count(differing, out=bits)
        np.add(sums, bits, out=sums)


def _within(rows: NDArray[np.int64], bits: NDArray[np.int64], radius: int) -> Found:
    kept = bits <= radius
    return rows[kept], bits[kept]
