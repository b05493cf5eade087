"""The fingerprints of a turned picture …"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.fingerprint import SAME_PICTURE, WAYS, distance, fingerprint, turn, turned
from tests.conftest import photograph


@given(height=st.integers(1, 90), width=st.integers(1, 90), seed=st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_they_are_those_of_each_way_in_turn(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    taken = turned(rgb)
    assert len(taken) == WAYS
    assert taken[0] == fingerprint(rgb)
    assert max(distance(taken[way], fingerprint(turn(rgb, way))) for way in range(WAYS)) <= 2


def test_they_are_the_same_for_a_picture_that_is_shrunk_first_but_for_rounding() -> None:
    rgb = photograph(600, 1100)
    for way, taken in enumerate(turned(rgb)):
        assert distance(taken, fingerprint(turn(rgb, way))) <= 4


def test_they_find_the_way_back() -> None:
    rgb = photograph(96, 128)
    released = fingerprint(rgb)
    for way in range(WAYS):
        near = [distance(taken, released) for taken in turned(turn(rgb, way))]
        back = int(np.argmin(near))
        assert near[back] <= 2
        assert np.array_equal(turn(turn(rgb, way), back), rgb)
        assert sorted(near)[1] > SAME_PICTURE


def test_they_are_nothing_for_a_picture_without_structure() -> None:
    assert set(turned(np.full((40, 30, 3), 9, np.uint8))) == {bytes(32)}


@pytest.mark.parametrize("way", [-1, 8])
def test_they_have_eight_ways(way: int) -> None:
    with pytest.raises(ValueError, match=f"expected a way from 0 to 7, found {way}"):
        turn(photograph(8, 8), way)


def test_they_refuse_what_is_not_an_rgb_picture() -> None:
    with pytest.raises(ValueError, match="expected uint8 of shape"):
        turned(np.zeros((8, 8), np.uint8))
