"""Local features …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.marks.fingerprint.features import (
    FEATURE_BYTES,
    LIKE,
    MOST,
    MOST_ASKED,
    MOST_BYTES,
    take,
    take_mirrored_too,
    unpack,
    votes,
)
from tests.conftest import photograph

Picture = NDArray[np.uint8]

ALL = 4_000
"""More features than are sought."""


def asked(rgb: Picture, registered: Picture) -> int:
    return votes(unpack(take(rgb, most=MOST_ASKED)), unpack(take(registered)))


def within_another(rgb: Picture) -> Picture:
    page = photograph(700, 900, seed=77)
    page[150:500, 200:640] = cv2.resize(rgb, (440, 350), interpolation=cv2.INTER_AREA)
    return page


@pytest.mark.parametrize(
    "change",
    [
        lambda rgb: rgb,
        lambda rgb: rgb[80:400, 300:700],
        lambda rgb: np.rot90(rgb[:400]),
        lambda rgb: cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        lambda rgb: np.clip(rgb * 0.8 + 30, 0, 255).astype(np.uint8),
        within_another,
    ],
    ids=["itself", "crop", "turned crop", "half size", "flatter", "collage"],
)
def test_they_find_a_part_of_a_picture(change):
    registered = photograph(500, 760, seed=3)
    assert asked(change(registered), registered) >= LIKE


def test_they_find_nothing_in_other_pictures():
    pictures = [take(photograph(400, 600, seed), most=MOST_ASKED) for seed in range(4)]
    registered = [unpack(take(photograph(400, 600, seed))) for seed in range(10, 14)]
    most = max(votes(unpack(one), other) for one in pictures for other in registered)
    assert most < LIKE


def test_they_have_a_bounded_length():
    many, most = take(photograph(900, 1200)), take(photograph(900, 1200), most=MOST_ASKED)
    assert len(many) == MOST_BYTES
    assert MOST_BYTES < len(most) <= 2 + MOST_ASKED * FEATURE_BYTES
    assert len(unpack(many).places) == len(unpack(many).descriptors) == MOST


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 900, 3), (60, 60, 3)])
def test_they_are_none_where_there_are_no_corners(shape):
    features = take(np.full(shape, 128, np.uint8))
    assert len(features) == 2
    assert votes(unpack(features), unpack(take(photograph()))) == 0
    assert unpack(b"").places.shape == unpack(features).places.shape == (0, 2)


def test_they_refuse_matches_of_many_places_with_one():
    registered = unpack(take(photograph()))
    heap = type(registered)(np.zeros_like(registered.places), registered.descriptors)
    assert votes(registered, heap) == 0
    assert votes(registered, registered) == MOST


def test_they_are_the_same_every_time():
    assert take(photograph()) == take(photograph())


@given(
    wrong=st.binary(min_size=1, max_size=80).filter(
        lambda packed: packed[:2] != b"\1\0" or (len(packed) - 2) % 36
    )
)
@settings(max_examples=25, deadline=None)
def test_they_are_refused_when_they_were_packed_otherwise(wrong):
    with pytest.raises(ValueError, match="expected features of version 1, found"):
        unpack(wrong)


def test_they_are_refused_when_there_are_too_many():
    with pytest.raises(ValueError, match="found 43238 bytes"):
        unpack(b"\1\0" + bytes((MOST_ASKED + 1) * FEATURE_BYTES))


@pytest.mark.parametrize(
    "wrong", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3)), np.zeros((0, 8, 3), np.uint8)]
)
def test_they_want_an_rgb_picture(wrong):
    with pytest.raises(ValueError, match="expected uint8 of shape"):
        take(wrong)


@pytest.mark.parametrize("shape", [(384, 512), (601, 403), (250, 333), (1200, 1600)])
def test_features_of_both_sides_are_those_of_the_picture_and_of_its_mirror_image(
    shape: tuple[int, int],
) -> None:
    rgb = photograph(*shape)
    here, there = take_mirrored_too(rgb, most=ALL)
    assert here == take(rgb, most=ALL)
    places, descriptors = _in_order(there)
    sought_places, sought_descriptors = _in_order(take(rgb[:, ::-1].copy(), most=ALL))
    assert np.array_equal(descriptors, sought_descriptors)
    assert np.abs(places - sought_places).max() <= 1  # in the 64ths of a pixel that they are rounded to


def test_they_are_as_many_of_a_mirror_image_as_of_the_picture() -> None:
    here, there = take_mirrored_too(photograph(384, 512), most=MOST)
    assert len(here) == len(there) == MOST_BYTES
    with pytest.raises(ValueError, match="expected uint8"):
        take_mirrored_too(np.zeros((8, 8), np.uint8))


def _in_order(features: bytes) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Places and descriptors by their descriptors: which of two equally strong corners is the first is not told by a mirror image."""
    rows = np.frombuffer(features, np.uint8, offset=2).reshape(-1, FEATURE_BYTES)
    rows = rows[np.lexsort(rows[:, 4:].T)]
    return np.ascontiguousarray(rows[:, :4]).view("<u2").astype(np.int64), rows[:, 4:]
