"""Emptying bodies whose time is over: the one way in which anything in the log is ever changed.

The entry, its leaf and its proofs stay. That it was done is a record itself, which names every body that was emptied: one that is empty
without such a record was tampered with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.records import log
from accounts.records.canonical import NotCanonical, parse
from accounts.records.entry import SALT_BYTES, Entry, EntryInvalid, commitment
from accounts.records.models import Record, RecordBody, ShreddedBody

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

KIND = "retention.shredded"
MOST_AT_ONCE = 5000
"""Bodies emptied under one record."""


def shred(sequences: Sequence[int], *, why: Mapping[str, JSON], by: User | None, now: datetime) -> Record:
    """Empty the bodies of ``sequences`` in one transaction with the record of it, and return that record.

    ``why``: what else it says, in words that are about nobody. Raises ValueError for none, for more than :data:`MOST_AT_ONCE`, and for
    one that is empty already.
    """
    chosen = sorted(set(sequences))
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise ValueError(f"expected 1 to {MOST_AT_ONCE} bodies, found {len(chosen)}")
    body: dict[str, JSON] = {**why, "count": len(chosen), "up_to": chosen[-1], "emptied": [*_runs(chosen)]}
    with transaction.atomic():
        if ShreddedBody.objects.filter(record__in=chosen).exists():
            raise ValueError("expected bodies that are whole, found one that was emptied before")
        record = log.append(kind=KIND, subject=f"log:{chosen[-1]}", body=body, by=by, now=now)
        ShreddedBody.objects.bulk_create(
            [ShreddedBody(record_id=each, shredding=record) for each in chosen], batch_size=400
        )
        for start in range(0, len(chosen), 400):
            RecordBody.objects.filter(record__in=chosen[start : start + 400]).update(content=b"")
    return record


def shredded() -> dict[int, tuple[int, datetime]]:
    """Of every body that a record says was emptied, the number and time of that record. One that does not fit its own entry says nothing."""
    found: dict[int, tuple[int, datetime]] = {}
    for record in Record.objects.filter(kind=KIND).select_related("body").order_by("sequence").iterator(500):
        for sequence in _emptied_by(record):
            found.setdefault(sequence, (record.sequence, record.at))
    return found


def _emptied_by(record: Record) -> Iterator[int]:
    content = bytes(record.body.content) if hasattr(record, "body") else b""
    try:
        entry = Entry.from_bytes(bytes(record.entry))
        said: Any = parse(content[SALT_BYTES:])
    except (EntryInvalid, NotCanonical, TypeError):
        return
    if commitment(content[:SALT_BYTES], content[SALT_BYTES:]) == entry.commitment and isinstance(
        said, Mapping
    ):
        for first, last in said["emptied"]:
            yield from range(first, last + 1)


def _runs(sequences: Sequence[int]) -> Iterator[list[JSON]]:
    """Numbers in order as ``[first, last]`` of each run without a gap."""
    first = sequences[0]
    for before, after in pairwise(sequences):
        if after != before + 1:
            yield [first, before]
            first = after
    yield [first, sequences[-1]]
