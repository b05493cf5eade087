"""Lets a transactional test leave records behind, although the log refuses to be emptied.

After a transactional test Django empties every table; the log's triggers refuse exactly that. This plugin
empties the log itself, with its triggers lifted, before Django comes to it. Other tests are rolled back and
need nothing. `tests/conftest.py` lists it in ``pytest_plugins`` or imports the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def empty_the_log_after_transactional_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs its second half before pytest-django's flush, because it was set up after the database."""
    if not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    _empty_the_log()


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    asks_by_marker = marker is not None and bool(marker.kwargs.get("transaction"))
    return asks_by_marker or not {"transactional_db", "live_server"}.isdisjoint(request.fixturenames)


def _empty_the_log() -> None:
    from django.db import connection

    from accounts.records import triggers
    from accounts.records.models import Checkpoint, Cosignature, Record, RecordBody, Shard, ShreddedBody

    triggers.remove(connection)
    ShreddedBody.objects.all().delete()
    Cosignature.objects.all().delete()
    Checkpoint.objects.all().delete()
    Shard.objects.all().delete()
    RecordBody.objects.all().delete()
    Record.objects.all().delete()
    triggers.install(connection)
    if connection.vendor == "postgresql":
        _let_django_truncate()


def _let_django_truncate() -> None:
    """Django flushes PostgreSQL by TRUNCATE, whose trigger fires on empty tables as well."""
    from django.db import connection

    from accounts.records import triggers

    with connection.cursor() as cursor:
        for table in triggers.TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
