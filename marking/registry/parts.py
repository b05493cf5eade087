"""Works of which a picture may show a part: those that share local features with it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from marking.marks.fingerprint.features import Features
from marking.registry.index.log import Descriptors
from marking.registry.index.packed import Packed
from marking.registry.index.packing import FEW, Columns
from marking.registry.index.scan import pairs_within
from marking.registry.index.segment import Segment

ALIKE = 48
"""Bits of 256 within which two descriptors are taken for one corner seen twice."""
MOST_LISTED = 2_000
"""Descriptors with the same 16 bits beyond which these bits say nothing."""
SEAL_AT = 16_384
"""Descriptors in the tail from which it is sealed: those of 41 works."""
PATIENCE = 2
MOST_LIKELY = 30
"""Works proposed."""
FEWEST = 2
"""Shared features from which a work is."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Places of features asked about, and beside each the key of an entry that has one like it."""


class Parts:
    """The features of all works, packed in ``folder``. It proposes works; whoever asks compares them.

    A feature is compared with those that agree with it in one of its 16 segments, which misses some features and hardly
    any work; the newest ones, in memory, with all.
    """

    def __init__(self, folder: Path, *, seal_at: int = SEAL_AT) -> None:
        self._packed = Packed(folder, Descriptors(), seal_at=seal_at, plans=lambda rows: FEW)

    def add(self) -> None:
        """Take in what was registered. Call it after the commit."""
        self._packed.snapshot(patience=1)

    def rebuild(self) -> None:
        """Make the packed files anew from the database."""
        self._packed.rebuild()

    def likely(self, features: Features) -> list[int]:
        """Return the keys of at most `MOST_LIKELY` entries that share features with these, most of them first."""
        queries = np.ascontiguousarray(features.descriptors.view(np.uint64).T)
        snapshot = self._packed.snapshot(patience=PATIENCE)
        pairs = [_sealed(segment, queries) for segment in snapshot.segments]
        pairs.append(_scanned(snapshot.tail.columns, snapshot.tail.keys, queries))
        asked, keys = (np.concatenate(each) for each in zip(*pairs, strict=True))
        return _most_shared(asked, keys)


@lru_cache(maxsize=1)
def current() -> Parts:
    """Return the site's own: on every machine a copy of its own, whatever the database."""
    return Parts(settings.DATA / "index" / "parts")


def _sealed(segment: Segment, queries: Columns) -> Pairs:
    asked, rows = segment.agreeing(queries, MOST_LISTED)
    bits = np.zeros(rows.size, np.int64)
    for column, words in zip(segment.columns, queries, strict=True):
        bits += np.bitwise_count(column[rows] ^ words[asked])
        kept = bits <= ALIKE
        asked, rows, bits = asked[kept], rows[kept], bits[kept]
    return asked, segment.entries[rows].astype(np.int64) + segment.first


def _scanned(columns: Columns, keys: NDArray[np.int64], queries: Columns) -> Pairs:
    """All queries against all entries."""
    asked, rows = pairs_within(queries, columns, ALIKE)
    return asked, keys[rows]


def _most_shared(asked: NDArray[np.int64], keys: NDArray[np.int64]) -> list[int]:
    """The keys that stand beside most of the places, each pair counted once."""
    once = np.unique(np.stack([keys, asked]), axis=1)[0]
    found, shared = np.unique(once, return_counts=True)
    order = np.argsort(-shared, kind="stable")[:MOST_LIKELY]
    return [int(key) for key in found[order][shared[order] >= FEWEST]]
