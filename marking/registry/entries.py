"""The index's entries in the database: one for each fingerprint that tells a picture from others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from marking.registry.models import IndexEntry
from marking.registry.triggers import ONE_AT_A_TIME

_MISSING_REGISTRATIONS = """
    INSERT INTO marking_indexentry (registration_id, variant_id, fingerprint)
    SELECT one.work_id, NULL, one.fingerprint FROM marking_registration one WHERE one.is_distinctive AND NOT EXISTS
    (SELECT 1 FROM marking_indexentry e WHERE e.registration_id = one.work_id AND e.variant_id IS NULL)
"""
_MISSING_VARIANTS = """
    INSERT INTO marking_indexentry (registration_id, variant_id, fingerprint)
    SELECT one.registration_id, one.id, one.fingerprint FROM marking_variant one WHERE one.is_distinctive AND NOT EXISTS
    (SELECT 1 FROM marking_indexentry e WHERE e.variant_id = one.id)
"""


def enter(number: int) -> None:
    """Write what is missing of work ``number``. The triggers leave nothing to be written."""
    with _writing(connection) as cursor:
        cursor.execute(f"{_MISSING_REGISTRATIONS} AND one.work_id = %s", [number])
        cursor.execute(f"{_MISSING_VARIANTS} AND one.registration_id = %s", [number])


def enter_all(database: BaseDatabaseWrapper | None = None) -> None:
    """Write every missing entry, into the default database where none is named."""
    with _writing(database or connection) as cursor:
        cursor.execute(_MISSING_REGISTRATIONS)
        cursor.execute(_MISSING_VARIANTS)


@contextmanager
def _writing(database: BaseDatabaseWrapper) -> Iterator[CursorWrapper]:
    """A transaction in which nobody else writes entries."""
    with transaction.atomic(database.alias), database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        yield cursor


def leave(number: int) -> None:
    """Remove the entries of work ``number``."""
    IndexEntry.objects.filter(registration=number).delete()


def count() -> int:
    """Return how many there are."""
    return IndexEntry.objects.count()
