"""The database's entries as a log that packed files follow: of whole fingerprints, or of the features of parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BinaryField, Case, F, QuerySet, Value, When

from marking.marks.fingerprint.features import unpack
from marking.registry.index.packing import columns_of
from marking.registry.index.source import Batch, Mark, joined
from marking.registry.models import IndexEntry

Row = tuple[int, bytes, bytes]
"""Key and fingerprint of an entry, and what its rows are made of."""


class _Log(ABC):
    """A `Source`. Triggers see to it that keys are committed in their order."""

    rows_at_once: int

    @property
    def is_settled(self) -> bool:
        """Whether no transaction is open whose rows might be rolled back."""
        return not connection.in_atomic_block

    def since(self, key: int) -> Batch:
        """Return the entries from ``key`` on."""
        found = self._rows(IndexEntry.objects.filter(pk__gte=key).order_by("pk")).iterator(self.rows_at_once)
        blocks = iter(lambda: list(islice(found, self.rows_at_once)), [])
        return joined(self._batch(block) for block in blocks)

    def count_to(self, key: int) -> int:
        """Return how many entries there are up to ``key``."""
        return IndexEntry.objects.filter(pk__lte=key).count()

    def _batch(self, block: Sequence[Row]) -> Batch:
        held = [self._fingerprints(bytes(packed)) for _, _, packed in block]
        keys = np.repeat(np.array([key for key, _, _ in block], np.int64), [len(each) for each in held])
        columns = columns_of(fingerprint for each in held for fingerprint in each)
        first, last = (Mark(key, bytes(fingerprint)) for key, fingerprint, _ in (block[0], block[-1]))
        return Batch(keys, columns, len(block), first, last)

    @abstractmethod
    def _rows(self, entries: QuerySet[IndexEntry]) -> QuerySet[IndexEntry, Any]: ...

    @abstractmethod
    def _fingerprints(self, packed: bytes) -> Sequence[bytes]: ...


class Fingerprints(_Log):
    """One row an entry: the fingerprint of the whole."""

    rows_at_once = 50_000

    def _rows(self, entries: QuerySet[IndexEntry]) -> QuerySet[IndexEntry, Any]:
        return entries.values_list("pk", "fingerprint", "fingerprint")

    def _fingerprints(self, packed: bytes) -> Sequence[bytes]:
        return (packed,)


class Descriptors(_Log):
    """As many rows an entry as its work has features; none for a variant, which has the work's own."""

    rows_at_once = 500

    def _rows(self, entries: QuerySet[IndexEntry]) -> QuerySet[IndexEntry, Any]:
        of_work = Case(
            When(variant__isnull=True, then=F("registration__features")),
            default=Value(b""),
            output_field=BinaryField(),
        )
        return entries.annotate(features=of_work).values_list("pk", "fingerprint", "features")

    def _fingerprints(self, packed: bytes) -> Sequence[bytes]:
        return [descriptor.tobytes() for descriptor in unpack(packed).descriptors]
