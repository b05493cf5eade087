"""A sealed part of the index: one file that is written once, memory-mapped, and never changed.

Its bytes, all little-endian: 32 of header (`_MAGIC`, rows, key of the first entry, chunks), the four columns of words
(uint64), where the list of each key begins (uint32), the lists of rows by key (uint32, chunk after chunk), and for each row its
entry's key less the first one's (uint32).
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marking.registry.index.packing import (
    FEW,
    MANY,
    REACH,
    WORDS,
    Columns,
    Plan,
    bases,
    chunks_of,
    probes,
)
from marking.registry.index.scan import Found, scan, verify

_MAGIC = b"YINJI-I1"
_HEADER = struct.Struct("<8sQQQ")
_PLANS = {plan.chunks: plan for plan in (FEW, MANY)}
_SUMMED = 8192
"""Words whose sum is a part of the checksum."""
_MOST_CANDIDATES = 0.05
"""Share of the rows from which a scan, which reads them in order, is quicker than looking at each candidate."""


class Damaged(ValueError):
    """A file of the index is not what was written."""


@dataclass(frozen=True)
class Segment:
    """An opened file. ``entries``: the key of each row's entry, less ``first``."""

    path: Path
    checksum: str
    first: int
    columns: Columns
    entries: NDArray[np.uint32]
    _plan: Plan
    _starts: NDArray[np.uint32]
    _lists: NDArray[np.uint32]

    @property
    def rows(self) -> int:
        """Fingerprints in it."""
        return int(self.columns.shape[1])

    @property
    def keys(self) -> NDArray[np.int64]:
        """The key of each row's entry in the database."""
        return self.entries.astype(np.int64) + self.first

    def near(self, query: NDArray[np.uint64], radius: int) -> Found:
        """Return every row within ``radius`` of ``query``, uint64 of shape (4,)."""
        if radius > REACH:
            return scan(self.columns, query, radius)
        begins, sizes = self._lists_of(*probes(query, self._plan))
        if int(sizes.sum()) > self.rows * _MOST_CANDIDATES:
            return scan(self.columns, query, radius)
        return verify(self.columns, self._listed(begins, sizes), query, radius)

    def agreeing(self, queries: Columns, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return places among ``queries`` (4, M), and beside each a row that agrees with it in a whole chunk, repeatedly perhaps.

        Lists longer than ``most`` say nothing and are left out.
        """
        chunks = np.arange(self._plan.chunks).repeat(queries.shape[1])
        asked = np.tile(np.arange(queries.shape[1]), self._plan.chunks)
        cut = zip(chunks_of(queries, self._plan), bases(self._plan), strict=True)
        keys = np.concatenate([chunk.astype(np.int64) + base for chunk, base in cut])
        begins, sizes = self._lists_of(keys, chunks)
        told = np.flatnonzero((sizes > 0) & (sizes <= most))
        rows = self._listed(begins[told], sizes[told])
        return asked[told].repeat(sizes[told]), rows

    def _lists_of(
        self, keys: NDArray[np.int64], chunks: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the lists of ``keys`` begin, and how long they are."""
        starts = self._starts[keys].astype(np.int64)
        return starts + chunks * self.rows, self._starts[keys + 1].astype(np.int64) - starts

    def _listed(self, begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of these lists, one list after the other."""
        ends = np.cumsum(sizes)
        places = np.repeat(begins - (ends - sizes), sizes) + np.arange(sizes.sum())
        rows: NDArray[np.int64] = self._lists[places].astype(np.int64)
        return rows


def write(path: Path, keys: NDArray[np.int64], columns: Columns, plan: Plan) -> str:
    """Write a segment, whole or not at all, and return its checksum. ``keys``: of the entries, int64 (N,), at least one."""
    first = int(keys.min())
    if int(keys.max()) - first >= 1 << 32:
        raise ValueError(f"expected keys within 2^32 of each other, found {first} and {int(keys.max())}")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    checksum = hashlib.sha256()
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_HEADER.pack(_MAGIC, keys.size, first, plan.chunks))
            for part in (*_parts(columns, plan), (keys - first).astype(np.uint32)):
                checksum.update(_summed(part))
                part.tofile(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return checksum.hexdigest()


def load(path: Path, rows: int, checksum: str) -> Segment:
    """Map a segment into memory. Raises Damaged unless it is the one that was written, FileNotFoundError if there is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise Damaged(f"expected {rows} rows in {path.name}, found {size} bytes")
    magic, found, first, chunks = _HEADER.unpack(header)
    if magic != _MAGIC or found != rows or chunks not in _PLANS or size != _size(rows, _PLANS[chunks]):
        raise Damaged(f"expected {rows} rows in {path.name}, found {found} rows and {size} bytes")
    plan = _PLANS[chunks]
    mapped = np.memmap(path, np.uint8, "r")
    columns, starts, lists, entries = _views(mapped, rows, plan)
    parts = (*columns, starts, *lists.reshape(plan.chunks, rows), entries)
    if hashlib.sha256(b"".join(map(_summed, parts))).hexdigest() != checksum:
        raise Damaged(f"expected the checksum {checksum} of {path.name}, found another")
    return Segment(path, checksum, first, columns, entries, plan, starts, lists)


def _parts(columns: Columns, plan: Plan) -> Iterator[NDArray[np.uint64] | NDArray[np.uint32]]:
    """The columns, where each list begins, and the lists; each list is made when its turn comes."""
    yield from columns
    chunks = chunks_of(columns, plan)
    yield np.concatenate(
        [_starts(chunk, plan.widths[i % len(plan.widths)]) for i, chunk in enumerate(chunks)]
    )
    for chunk in chunks:
        yield _list(chunk)


def _starts(chunk: NDArray[np.uint64], width: int) -> NDArray[np.uint32]:
    counts = np.bincount(chunk.astype(np.int64), minlength=1 << width)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)


def _list(chunk: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Rows ordered by key: the keys are sorted with the rows in their lower half."""
    ordered = np.sort((chunk << np.uint64(32)) | np.arange(chunk.size, dtype=np.uint64))
    return ordered.astype(np.uint32)


def _summed(part: NDArray[np.uint64] | NDArray[np.uint32]) -> bytes:
    """Sums of the words of `_SUMMED` at a time: quick, against accidents and not against people."""
    whole = part.size // _SUMMED * _SUMMED
    sums = part[:whole].reshape(-1, _SUMMED).sum(axis=1, dtype=np.uint64)
    return bytes(sums.tobytes() + part[whole:].tobytes())


def _size(rows: int, plan: Plan) -> int:
    return _HEADER.size + 8 * WORDS * rows + 4 * (plan.keys + plan.chunks * rows + rows)


def _views(
    mapped: NDArray[np.uint8], rows: int, plan: Plan
) -> tuple[Columns, NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    words_end = _HEADER.size + 8 * WORDS * rows
    columns = np.asarray(mapped[_HEADER.size : words_end]).view(np.uint64).reshape(WORDS, rows)
    rest = np.asarray(mapped[words_end:]).view(np.uint32)
    lists_end = plan.keys + plan.chunks * rows
    return columns, rest[: plan.keys], rest[plan.keys : lists_end], rest[lists_end:]
