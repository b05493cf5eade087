"""The layout of a picture …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.marks.fingerprint import CHANGED, LAYOUT_BYTES, Region, largest_change, layout, shrunk, turned
from tests.conftest import photograph

layouts = st.binary(min_size=LAYOUT_BYTES, max_size=LAYOUT_BYTES)


def cells_of(seed: int = 1) -> NDArray[np.uint8]:
    """The layout of a picture without extremes, uint8 (32, 32)."""
    cells = np.frombuffer(layout(photograph(96, 128, seed)), np.uint8).reshape(32, 32)
    return np.clip(cells, 60, 190)


def pasted(rgb: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """A picture with a rectangle of another over ``share`` of its area, off the middle."""
    height, width = (round(side * share**0.5) for side in rgb.shape[:2])
    forged = rgb.copy()
    forged[20 : 20 + height, 30 : 30 + width] = photograph(*rgb.shape[:2], seed=9)[:height, :width]
    return forged


def test_it_is_the_mean_luma_of_each_cell_row_by_row() -> None:
    rgb = np.zeros((64, 96, 3), np.uint8)
    rgb[2:4, 93:96] = 200
    found = np.frombuffer(layout(rgb), np.uint8).reshape(32, 32)
    assert found[1, 31] == 200
    assert found.sum() == 200


@pytest.mark.parametrize("size", [(1, 1), (31, 33), (700, 900)])
def test_it_is_as_long_for_every_size(size: tuple[int, int]) -> None:
    assert len(layout(photograph(700, 900)[: size[0], : size[1]])) == LAYOUT_BYTES


@settings(max_examples=20, deadline=None)
@given(layouts)
def test_it_does_not_change_from_itself(taken: bytes) -> None:
    assert largest_change(taken, taken) == pytest.approx(0, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.7, 1.3), st.integers(-10, 10))
def test_it_does_not_change_with_brightness_and_contrast(gain: float, offset: int) -> None:
    cells = cells_of()
    adjusted = np.rint(cells * gain + offset - 128 * (gain - 1)).clip(0, 255).astype(np.uint8)
    assert largest_change(cells.tobytes(), adjusted.tobytes()) <= 2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 15), st.integers(0, 15), st.sampled_from([-60, 60]))
def test_it_changes_by_what_was_added_anywhere(row: int, column: int, added: int) -> None:
    cells = cells_of()
    changed = cells.astype(np.int16)
    changed[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] += added
    found = largest_change(cells.tobytes(), changed.astype(np.uint8).tobytes())
    assert found == pytest.approx(abs(added), abs=2)


@settings(max_examples=20, deadline=None)
@given(layouts, layouts, st.tuples(*[st.floats(0, 1)] * 4))
def test_it_changes_no_more_outside_a_region_than_anywhere(a: bytes, b: bytes, region: Region) -> None:
    assert 0 <= largest_change(a, b, outside=region) <= largest_change(a, b)


def test_it_does_not_see_changes_in_the_region_that_is_left_out() -> None:
    cells = cells_of()
    changed = cells.copy()
    changed[26:30, 20:31] = 255
    pair = cells.tobytes(), changed.tobytes()
    assert largest_change(*pair) > CHANGED
    assert largest_change(*pair, outside=(20 / 32, 26 / 32, 31 / 32, 30 / 32)) < 1
    assert largest_change(*pair, outside=(0, 0, 0.5, 0.5)) > CHANGED
    assert largest_change(*pair, outside=(0, 0, 1, 1)) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scale", [0.5, 0.25, 1.5])
def test_it_stays_that_of_a_resized_copy(seed: int, scale: float) -> None:
    rgb = photograph(seed=seed)
    copy = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    assert largest_change(layout(rgb), layout(copy)) < CHANGED / 2


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.4])
def test_it_changes_where_something_was_pasted(share: float) -> None:
    rgb = photograph()
    assert largest_change(layout(rgb), layout(pasted(rgb, share))) > CHANGED


def test_it_changes_into_a_negative_a_blank_and_another_picture() -> None:
    rgb = photograph()
    for other in (255 - rgb, np.full_like(rgb, 128), photograph(seed=5)):
        assert largest_change(layout(rgb), layout(other)) > CHANGED


def test_it_is_compared_with_one_of_its_length_alone() -> None:
    with pytest.raises(ValueError, match="expected a layout of 1024 bytes, found 3"):
        largest_change(bytes(LAYOUT_BYTES), b"abc")


def test_it_refuses_what_is_not_an_rgb_picture() -> None:
    with pytest.raises(ValueError, match=r"expected uint8 of shape \(H, W, 3\), found"):
        layout(np.zeros((8, 8), np.uint8))


def test_it_is_the_same_of_a_picture_and_of_what_it_is_shrunk_to() -> None:
    rgb = photograph(700, 900)
    small = shrunk(rgb)
    assert max(small.shape) == 512
    assert (layout(small), turned(small)) == (layout(rgb), turned(rgb))
