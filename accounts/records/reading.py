"""The records in order, each beside its body, as the columns lie there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.models import CharField, F, Field, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.records.models import Record

PAGE = 500
"""Rows held in memory at a time."""


@dataclass
class StoredRecord:
    """One row, whose columns hold anything: SQLite lets a file's owner write what they like where they like.

    ``content``: of the body, None where there is none; ``key``: the number of the key that it is sealed under, None where it is open;
    ``wrapped``: that key, None where it was destroyed or is not there; ``person``: the producer id of whose it is, None where it is nobody's.
    """

    sequence: Any
    stored_id: Any
    kind: Any
    subject: Any
    stored_at: Any
    entry: Any
    leaf_hash: Any
    chain_hash: Any
    content: Any
    key: Any
    wrapped: Any
    person: Any


def stored_records() -> Iterator[StoredRecord]:
    """All rows in order of their numbers, a page at a time.

    A number that is none cannot be continued from: it is the last.
    """
    page = _page(_rows())
    while page:
        yield from page
        last = page[-1].sequence
        page = _page(_rows().filter(sequence__gt=last)) if isinstance(last, int) else []


class Spelling:
    """How the database at hand keeps times and UUIDs. SQLite keeps them as text, which has many spellings; Django stores one."""

    def __init__(self) -> None:
        self._connection = connections[Record.objects.db]
        self._id, self._at = _field("event_id"), _field("at")

    def of_id(self, value: UUID) -> Any:
        """What a row may show for the id of an entry."""
        return self._id.get_db_prep_value(value, self._connection)

    def of_time(self, value: datetime) -> Any:
        """What a row may show for its time."""
        return self._at.get_db_prep_value(value, self._connection)


def _field(name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", Record._meta.get_field(name))


def _page(rows: QuerySet[Record, tuple[Any, ...]]) -> list[StoredRecord]:
    return [StoredRecord(*row) for row in rows[:PAGE]]


def _rows() -> QuerySet[Record, tuple[Any, ...]]:
    """Records beside their bodies and keys, without any column whose bytes Django would have to interpret."""
    return (
        Record.objects.order_by("sequence")
        .annotate(stored_id=_raw("event_id"), stored_at=_raw("at"))
        .values_list(
            "sequence",
            "stored_id",
            "kind",
            "subject",
            "stored_at",
            "entry",
            "leaf_hash",
            "chain_hash",
            "body__content",
            "body__person_key_id",
            "body__person_key__wrapped",
            "body__person_key__user__producer_id",
        )
    )


def _raw(column: str) -> Combinable:
    """A column as it lies in the database."""
    is_text = connections[Record.objects.db].vendor == "sqlite"
    return Cast(column, CharField()) if is_text else F(column)
