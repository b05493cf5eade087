"""The triggers that keep the index's entries …"""

from __future__ import annotations

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from marking.registry import entries, lookup, triggers
from marking.registry.models import IndexEntry, Registration
from marking.registry.services import register_variant
from tests.marking.registry.conftest import Register

BASE = bytes(range(32))
DEFAULT = {
    "OPTIONS": {},
    "TIME_ZONE": None,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "AUTOCOMMIT": True,
}


def test_they_may_be_installed_twice(enter: Register) -> None:
    triggers.install(connection)
    triggers.install(connection)
    enter(1, BASE)
    assert IndexEntry.objects.count() == 1


def test_they_leave_an_entry_alone_that_says_the_same(enter: Register) -> None:
    enter(1, BASE)
    before = IndexEntry.objects.get().pk
    Registration.objects.update(fingerprint=BASE, is_distinctive=True, sha256="c" * 64)
    assert IndexEntry.objects.get().pk == before


def test_they_follow_variants(enter: Register) -> None:
    registration = enter(1, BASE)
    variant = register_variant(
        number=1, sha256="b" * 64, fingerprint=BASE, is_distinctive=False, layout=bytes(1024)
    )
    assert IndexEntry.objects.count() == 1
    registration.variants.update(is_distinctive=True)
    assert IndexEntry.objects.get(variant=variant).registration == registration
    assert str(variant.entry) == "entry of 1"


def test_what_was_registered_without_them_is_entered_later(enter: Register) -> None:
    triggers.remove(connection)
    enter(1, BASE)
    enter(2, bytes(32))
    assert lookup.near(BASE) == []
    entries.enter_all()
    entries.enter_all()
    assert [found.pk for found, _ in lookup.near(BASE)] == [1]
    assert IndexEntry.objects.count() == 1


def test_they_wait_for_their_tables(db: None) -> None:
    empty = DatabaseWrapper({**DEFAULT, "NAME": ":memory:"}, alias="empty")
    assert not triggers.are_due(empty)
    empty.close()
