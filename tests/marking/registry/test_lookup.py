"""The registry …"""

from __future__ import annotations

import numpy as np
import pytest
from django.db.models import Model
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.users.models import User
from marking.registry import lookup
from marking.registry.models import Registration, Variant
from marking.registry.services import register_variant
from marking.works.models import Work
from tests.unrecorded import unrecorded

BASE = bytes(range(32))
FLAT = bytes(32)


def registration(owner: User, number: int, fingerprint: bytes = BASE, sha256: str = "a" * 64) -> Registration:
    work = Work.objects.create(
        number=number, owner=owner, state="queued", tool="t", kind="content", depicts="nobody",
        source_name="n", source_path="p", source_sha256="0" * 64, source_bytes=1, media_type="image/png",
        width=8, height=8,
    )  # fmt: skip
    return Registration.objects.create(
        work=work, payload=number, sha256=sha256, fingerprint=fingerprint, is_distinctive=any(fingerprint),
        layout=bytes(1024), width=8, height=8,
    )  # fmt: skip


def flipped(fingerprint: bytes, bits: int) -> bytes:
    """The fingerprint with its lowest ``bits`` bits turned over."""
    return (int.from_bytes(fingerprint) ^ ((1 << bits) - 1)).to_bytes(32)


def test_it_finds_a_work_by_its_payload(user: User) -> None:
    stored = registration(user, 42)
    assert lookup.by_payload(42) == stored
    assert lookup.by_payload(43) is None


def test_it_finds_the_first_work_with_a_hash(user: User) -> None:
    stored = [registration(user, number, sha256="b" * 64) for number in (9, 3)]
    assert lookup.by_sha256("b" * 64) == stored[0]
    assert lookup.by_sha256("c" * 64) is None


def test_it_finds_all_that_is_written_down_with_the_work_by_one_query(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stored = registration(user, 42)
    expected = Registration.objects.select_related("work").get(pk=stored.pk)
    for ask in (lambda: lookup.by_payload(42), lambda: lookup.by_sha256("a" * 64)):
        with django_assert_num_queries(1):
            found = ask()
            assert found is not None
            assert _values(found) == _values(expected)
            assert _values(found.work) == _values(expected.work)


def test_it_finds_a_copy_without_a_label_with_its_work(user: User) -> None:
    copy = register_variant(
        number=registration(user, 42).pk,
        sha256="d" * 64,
        fingerprint=BASE,
        is_distinctive=True,
        layout=bytes(1024),
    )
    found = lookup.variant_by_sha256("d" * 64)
    assert found is not None
    assert _values(found) == _values(Variant.objects.get(pk=copy.pk))
    assert found.registration.work.number == 42


def _values(row: Model) -> dict[str, object]:
    """Every column of a row; bytes as they are, whatever the database hands them over in."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(each) if isinstance(each, memoryview) else each for name, each in values.items()}


def test_it_finds_what_looks_alike_nearest_first(user: User) -> None:
    far, near, same = (registration(user, 10 + bits, flipped(BASE, bits)) for bits in (31, 5, 0))
    registration(user, 50, flipped(BASE, 32))
    assert lookup.near(BASE) == [(same, 0), (near, 5), (far, 31)]


def test_it_looks_no_farther_than_it_is_asked_to(user: User) -> None:
    stored = registration(user, 7, flipped(BASE, 80))
    assert lookup.near(BASE, radius=79) == []
    assert lookup.near(BASE, radius=80) == [(stored, 80)]


def test_it_never_finds_a_picture_without_structure(user: User) -> None:
    registration(user, 7, FLAT)
    assert lookup.near(FLAT) == []


def test_it_compares_block_by_block(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "ENTRIES_AT_ONCE", 2)
    stored = [registration(user, number) for number in (1, 2, 3)]
    assert [found for found, _ in lookup.near(BASE)] == stored


def test_it_returns_a_bounded_number(user: User) -> None:
    for number in range(1, lookup.MOST_NEAR + 3):
        registration(user, number)
    assert len(lookup.near(BASE)) == lookup.MOST_NEAR


def test_it_asks_the_database_twice_for_likeness_and_once_otherwise(
    user: User, django_assert_num_queries: object
) -> None:
    registration(user, 1)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert lookup.near(BASE)[0][0].work.code
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = lookup.by_payload(1)
        assert found is not None
        assert found.work.code


def test_it_finds_mirrored_and_turned_pictures_and_says_which_turn_it_was(user: User) -> None:
    random = np.random.default_rng(1)
    turns = [random.bytes(32) for _ in range(8)]
    mirrored, turned = (
        registration(user, 1, flipped(turns[4], 9)),
        registration(user, 2, flipped(turns[1], 2)),
    )
    assert lookup.near_any_way(turns) == [(turned, 2, 1), (mirrored, 9, 4)]
    assert lookup.near_any_way(turns, radius=2) == [(turned, 2, 1)]
    assert lookup.near_any_way([]) == []


def test_it_names_a_work_once_however_many_turns_look_like_it(user: User) -> None:
    stored = registration(user, 1)
    assert lookup.near_any_way([flipped(BASE, 3), BASE, BASE]) == [(stored, 0, 1)]


def test_it_finds_what_must_stay_down(user: User) -> None:
    for number, state in ((1, "released"), (2, "deleted"), (3, "queued")):
        registration(user, number, flipped(BASE, number))
        is_gone = {"deleted_at": timezone.now()} if state == "deleted" else {}
        kept = {"released_at": timezone.now(), "marked_path": "p", "marked_sha256": "0" * 64}
        with unrecorded():
            Work.objects.filter(pk=number).update(state=state, **kept, **is_gone)
    (found,) = lookup.near_blocked([BASE], states={"deleted"})
    assert (found.registration.pk, found.distance) == (2, 2)
    assert lookup.near_blocked([BASE], states={"deleted"}, radius=1) == []
    assert lookup.near_blocked([BASE], states=()) == []
