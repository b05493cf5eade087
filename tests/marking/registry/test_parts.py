"""Looking for the works of which a picture shows a part …"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks.fingerprint import fingerprint
from marking.marks.fingerprint.features import LIKE, MOST_ASKED, take, unpack
from marking.registry import lookup
from marking.registry.models import IndexEntry, Registration
from marking.registry.parts import Parts
from marking.registry.services import register_variant
from tests.conftest import photograph
from tests.marking.registry.conftest import Register

Enter = Callable[..., Registration]


def picture(number: int) -> NDArray[np.uint8]:
    return photograph(360, 520, seed=number)


@pytest.fixture
def show(enter: Register) -> Enter:
    """Register the picture of a number."""

    def register(number: int) -> Registration:
        return enter(number, fingerprint(picture(number)), features=take(picture(number)))

    return register


def asked(rgb: NDArray[np.uint8]) -> bytes:
    return take(np.ascontiguousarray(rgb), most=MOST_ASKED)


def test_it_finds_a_crop(show: Enter) -> None:
    stored = [show(number) for number in (1, 2, 3)]
    crop = picture(2)[60:300, 200:500]
    assert lookup.near(fingerprint(crop)) == []
    (found,) = lookup.by_features(asked(crop))
    assert (found.registration, found.votes >= LIKE) == (stored[1], True)


def test_it_finds_every_piece_of_a_collage_and_the_likeliest_first(show: Enter) -> None:
    stored = {show(number) for number in (1, 2, 3)}
    collage = np.concatenate([picture(1), cv2.resize(picture(3), (520, 360))[:, :200]], axis=1)
    found = lookup.by_features(asked(collage))
    assert [each.registration.pk for each in found] == [1, 3]
    assert {each.registration for each in found} < stored


def test_it_finds_nothing_for_a_picture_of_nobody_here(show: Enter) -> None:
    show(1)
    assert lookup.by_features(asked(picture(9))) == []
    assert lookup.by_features(b"") == lookup.by_features(asked(np.zeros((50, 50, 3), np.uint8))) == []


def test_it_finds_a_mirrored_part_by_the_mirrored_picture(show: Enter) -> None:
    stored = show(1)
    mirrored = picture(1)[40:340, 400:20:-1]
    assert lookup.by_features(asked(mirrored)) == []
    assert [each.registration for each in lookup.by_features(asked(mirrored[:, ::-1]))] == [stored]


def test_it_leaves_out_works_registered_without_features(enter: Register, show: Enter) -> None:
    enter(1, fingerprint(picture(1)))
    assert lookup.by_features(asked(picture(1))) == []
    Registration.objects.update(features=take(picture(1)))
    assert len(lookup.by_features(asked(picture(1)))) == 1


def test_it_names_a_work_once_though_it_has_variants(show: Enter) -> None:
    show(1)
    register_variant(
        number=1, sha256="b" * 64, fingerprint=bytes(range(32)), is_distinctive=True, layout=bytes(1024)
    )
    assert len(lookup.by_features(asked(picture(1)))) == 1


def test_it_refuses_what_are_no_features(db: None) -> None:
    with pytest.raises(ValueError, match="expected features of version 1"):
        lookup.by_features(b"nonsense")


@pytest.mark.django_db(transaction=True)
def test_it_finds_the_same_on_the_disk_as_in_memory(show: Enter, tmp_path: Path) -> None:
    for number in range(1, 8):
        show(number)
    part = unpack(asked(picture(4)[50:330, 30:480]))
    on_disk, in_memory = Parts(tmp_path / "one", seal_at=1000), Parts(tmp_path / "other")
    on_disk.add()
    in_memory.add()
    assert len(list((tmp_path / "one").glob("*.segment"))) == 1
    assert not (tmp_path / "other").exists()
    entry = IndexEntry.objects.get(registration=4).pk
    assert on_disk.likely(part)[0] == in_memory.likely(part)[0] == entry
    on_disk.rebuild()
    assert on_disk.likely(part)[0] == entry
