"""Every index of fingerprints …"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marking.marks.fingerprint import distance
from marking.registry.index import REACH, Embedded, Index, Rows
from marking.registry.models import IndexEntry, Registration
from marking.registry.services import register_variant
from marking.works.models import Work
from tests.marking.registry.conftest import Register

BASE = bytes(range(32))


# PostgreSQL has both: tests/services runs this file over it.
IMPLEMENTATIONS = ["embedded", "rows"] if "DATABASE_URL" in os.environ else ["embedded"]


@pytest.fixture(params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Index:
    return Embedded(tmp_path / "index") if request.param == "embedded" else Rows()


def flipped(fingerprint: bytes, *bits: int) -> bytes:
    """The fingerprint with those bits turned over, the lowest being 0."""
    return (int.from_bytes(fingerprint) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def found(index: Index, *fingerprints: bytes, radius: int = REACH) -> list[tuple[int, int, int]]:
    """Work numbers, distances and ways."""
    hits = list(index.near(fingerprints, radius))
    numbers = dict(IndexEntry.objects.values_list("pk", "registration_id"))
    return [(numbers[hit.entry], hit.distance, hit.way) for hit in hits if hit.entry in numbers]


def test_it_finds_nothing_where_nothing_is_registered(index: Index) -> None:
    assert (found(index, BASE, radius=256), index.count()) == ([], 0)


def test_it_finds_what_was_registered_at_once_and_without_being_told(index: Index, enter: Register) -> None:
    assert found(index, BASE) == []
    enter(1, flipped(BASE, 3))
    assert found(index, BASE) == [(1, 1, 0)]
    enter(2, BASE)
    assert found(index, BASE) == [(2, 0, 0), (1, 1, 0)]
    assert index.count() == 2


def test_it_takes_in_the_same_work_twice_without_harm(index: Index, enter: Register) -> None:
    enter(1, BASE)
    index.add(1)
    index.add(1)
    assert (found(index, BASE), index.count()) == ([(1, 0, 0)], 1)


def test_it_takes_in_what_the_triggers_left_out(index: Index, enter: Register) -> None:
    registration = enter(1, BASE)
    register_variant(
        number=1, sha256="b" * 64, fingerprint=flipped(BASE, 1), is_distinctive=True, layout=bytes(1024)
    )
    IndexEntry.objects.filter(registration=registration).delete()
    index.add(1)
    assert found(index, BASE) == [(1, 0, 0), (1, 1, 0)]


@pytest.mark.parametrize("radius", [0, 15, 31, 32, 80, 128, 255, 256])
def test_it_finds_everything_within_the_radius_and_nothing_beyond(
    index: Index, enter: Register, radius: int
) -> None:
    for far in {radius, min(radius + 1, 256)}:
        enter(far + 1, flipped(BASE, *range(far)))
    assert found(index, BASE, radius=radius) == [(radius + 1, radius, 0)]


@pytest.mark.parametrize("radius", [31, 80])
@given(data=st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_answers_as_comparing_one_by_one_does(
    index: Index, enter: Register, radius: int, data: st.DataObject
) -> None:
    Registration.objects.all().delete()
    Work.objects.all().delete()
    start = data.draw(st.integers(1, 1 << 40))
    flips = data.draw(st.lists(st.sets(st.integers(0, 255), max_size=90), min_size=1, max_size=6))
    stored = {start + place: flipped(BASE, *bits) for place, bits in enumerate(flips)}
    for number, fingerprint in stored.items():
        enter(number, fingerprint)
    expected = {(n, distance(f, BASE), 0) for n, f in stored.items() if distance(f, BASE) <= radius}
    assert set(found(index, BASE, radius=radius)) == expected


def test_it_tells_which_of_several_turns_is_near(index: Index, enter: Register) -> None:
    random = np.random.default_rng(1)
    turns = [random.bytes(32) for _ in range(8)]
    enter(1, flipped(turns[5], 7, 9))
    enter(2, turns[2])
    assert found(index, *turns) == [(2, 0, 2), (1, 2, 5)]
    assert found(index) == []


def test_it_never_finds_a_picture_without_structure(index: Index, enter: Register) -> None:
    enter(1, bytes(32))
    assert (found(index, bytes(32)), index.count()) == ([], 0)


def test_it_finds_variants_as_the_work_that_they_are_of(index: Index, enter: Register) -> None:
    enter(1, BASE)
    copy = bytes(reversed(BASE))
    register_variant(number=1, sha256="b" * 64, fingerprint=copy, is_distinctive=True, layout=bytes(1024))
    assert found(index, copy) == [(1, 0, 0)]
    assert index.count() == 2


def test_it_finds_nothing_more_of_what_was_removed(index: Index, enter: Register) -> None:
    enter(1, BASE)
    enter(2, BASE)
    assert len(found(index, BASE)) == 2
    index.remove(2)
    assert (found(index, BASE), index.count()) == ([(1, 0, 0)], 1)
    index.remove(2)
    Registration.objects.all().delete()
    assert (found(index, BASE), index.count()) == ([], 0)


def test_it_follows_a_registration_that_changes(index: Index, enter: Register) -> None:
    enter(1, BASE)
    assert found(index, BASE) == [(1, 0, 0)]
    Registration.objects.update(fingerprint=bytes(reversed(BASE)))
    assert (found(index, BASE), found(index, bytes(reversed(BASE)))) == ([], [(1, 0, 0)])
    Registration.objects.update(is_distinctive=False)
    assert (found(index, bytes(reversed(BASE))), index.count()) == ([], 0)


def test_it_is_made_anew_from_the_registrations(index: Index, enter: Register) -> None:
    enter(1, BASE)
    enter(2, bytes(reversed(BASE)))
    IndexEntry.objects.all().delete()
    assert found(index, BASE) == []
    index.rebuild()
    assert (found(index, BASE), index.count()) == ([(1, 0, 0)], 2)


def test_it_refuses_fingerprints_of_another_length(index: Index) -> None:
    with pytest.raises(ValueError, match="expected fingerprints of 32 bytes, found one of 31"):
        list(index.near([BASE, bytes(31)], REACH))
