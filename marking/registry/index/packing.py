"""Fingerprints as columns of machine words, and how they are cut into the chunks that they are looked up by.

Multi-index hashing (Norouzi, Punjani and Fleet, doi:10.1109/TPAMI.2013.231): two codes that differ in at most `REACH` bits
agree, but for a few bits, in at least one chunk. Where chunk i may differ by s_i bits, nothing within
sum(s_i + 1) - 1 bits is missed: 31 for both plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint import HASH_BYTES

WORDS = HASH_BYTES // 8
"""64-bit words of a fingerprint."""
REACH = 31
"""Largest distance, in bits, within which looking up chunks misses nothing."""

Columns = NDArray[np.uint64]
"""Fingerprints, uint64 of shape (4, N): word by word, so that a scan reads each column in one go."""


@dataclass(frozen=True)
class Plan:
    """How each word is cut, from its lowest bit: the chunks' widths, and the bits by which each may differ."""

    widths: tuple[int, ...]
    slacks: tuple[int, ...]

    @property
    def chunks(self) -> int:
        """Chunks of a whole fingerprint."""
        return WORDS * len(self.widths)

    @property
    def keys(self) -> int:
        """Different keys of all chunks together, with one more for each chunk: where its last list ends."""
        return WORDS * sum((1 << width) + 1 for width in self.widths)


FEW = Plan((16, 16, 16, 16), (1, 1, 1, 1))
"""Small tables: 272 keys a query, N / 241 candidates."""
MANY = Plan((21, 21, 22), (2, 2, 1))
"""Tables of 134 MB, fewer candidates: 1,948 keys a query, N / 1,129 candidates."""
MANY_FROM = 1_500_000
"""Rows from which `MANY` was the quicker one."""


def plan_for(rows: int) -> Plan:
    """Return the plan that is quickest for so many rows."""
    return MANY if rows >= MANY_FROM else FEW


def columns_of(fingerprints: Iterable[bytes | memoryview]) -> Columns:
    """Pack fingerprints into columns. Raises ValueError for one that has not 32 bytes."""
    listed = [bytes(each) for each in fingerprints]
    if wrong := [len(each) for each in listed if len(each) != HASH_BYTES]:
        raise ValueError(f"expected fingerprints of {HASH_BYTES} bytes, found one of {wrong[0]}")
    return np.ascontiguousarray(np.frombuffer(b"".join(listed), np.uint64).reshape(-1, WORDS).T)


def chunks_of(words: NDArray[np.uint64], plan: Plan) -> list[NDArray[np.uint64]]:
    """Cut words, of shape (4,) or (4, N), into the chunks of ``plan``, each of shape () or (N,)."""
    cut = []
    for word in words:
        shift = 0
        for width in plan.widths:
            cut.append((word >> np.uint64(shift)) & np.uint64((1 << width) - 1))
            shift += width
    return cut


def probes(query: NDArray[np.uint64], plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for a query of shape (4,), all keys near its chunks, and the number of the chunk that each is of.

    Keys count through all chunks: those of chunk c begin at ``bases(plan)[c]``.
    """
    near = [
        (int(chunk) ^ _masks(plan.widths[i % len(plan.widths)], plan.slacks[i % len(plan.slacks)])) + base
        for i, (chunk, base) in enumerate(zip(chunks_of(query, plan), bases(plan), strict=True))
    ]
    return np.concatenate(near), np.repeat(np.arange(plan.chunks), [each.size for each in near])


@lru_cache(maxsize=4)
def bases(plan: Plan) -> tuple[int, ...]:
    """Return where the keys of each chunk begin."""
    sizes = [(1 << width) + 1 for width in plan.widths] * WORDS
    return tuple(accumulate(sizes[:-1], initial=0))


@lru_cache(maxsize=16)
def _masks(width: int, slack: int) -> NDArray[np.int64]:
    """Every number of ``width`` bits of which at most ``slack`` are set."""
    set_bits = (bits for weight in range(slack + 1) for bits in combinations(range(width), weight))
    return np.array([sum(1 << bit for bit in bits) for bits in set_bits], np.int64)
