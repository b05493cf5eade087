"""How a picture lies in an upload as a whole..."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.comparison.change import Kind
from marking.comparison.reshaping import clipped_box, reshaping
from marking.marks.watermark.alignment import whole

UPLOAD = (60, 80, 3)


def scaled(scale: float, x: float, y: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[scale, 0, x], [0, scale, y], [0, 0, 1]], np.float64)


def test_all_of_it_is_no_change() -> None:
    shape = reshaping(UPLOAD, UPLOAD, np.eye(3))
    assert shape.changes(0.9) == ()
    assert shape.coverage == pytest.approx(1)
    assert shape.surplus == pytest.approx(0)


def test_a_part_of_it_is_a_crop_of_the_whole_upload() -> None:
    shape = reshaping(UPLOAD, (120, 160, 3), scaled(1, -20, -30))
    (change,) = shape.changes(0.9)
    assert (change.kind, change.box) == (Kind.CROPPED, (0, 0, 80, 60))
    assert shape.coverage == pytest.approx(0.25)


def test_something_around_it_is_a_frame_with_its_place() -> None:
    shape = reshaping(UPLOAD, (30, 40, 3), scaled(1, 10, 5))
    (change,) = shape.changes(0.9)
    assert change.kind is Kind.FRAMED
    assert change.box == pytest.approx((10, 5, 40, 30), abs=1)
    assert shape.surplus == pytest.approx(0.75)


def test_a_part_on_a_page_is_cropped_and_framed() -> None:
    shape = reshaping(UPLOAD, UPLOAD, np.eye(3))
    assert shape.is_as_it_lay
    part = shape.of_part(np.array([[0, 0], [40, 0], [40, 60], [0, 60]], np.float64) - 0.5)
    cropped, framed = part.changes(0.9)
    assert (cropped.kind, cropped.box) == (Kind.CROPPED, (0, 0, 80, 60))
    assert framed.kind is Kind.FRAMED
    assert framed.box == pytest.approx((0, 0, 40, 60), abs=1)
    assert part.coverage == pytest.approx(0.5)
    assert not part.is_as_it_lay


def test_it_may_lie_outside_altogether() -> None:
    shape = reshaping(UPLOAD, (30, 40, 3), scaled(1, 1000, 0))
    assert shape.coverage == 0


@settings(max_examples=16, deadline=None)
@given(mirrored=st.booleans(), quarters=st.integers(0, 3), scale=st.sampled_from([1, 2]))
def test_it_tells_a_turn_and_a_mirror(mirrored: bool, quarters: int, scale: int) -> None:
    height, width = (80, 60) if quarters % 2 else (60, 80)
    way = whole((height * scale, width * scale), (60, 80), mirrored, quarters)
    shape = reshaping((height * scale, width * scale, 3), UPLOAD, way)
    assert shape.is_mirrored is mirrored
    assert abs((shape.rotation_degrees - 90 * quarters + 180) % 360 - 180) < 1e-3
    assert shape.scale == pytest.approx(scale)
    assert [each.kind for each in shape.changes(0.9)] == ([Kind.MIRRORED] if mirrored else [])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-200, 200), st.integers(-200, 200)), min_size=1, max_size=5))
def test_a_box_lies_inside_of_the_upload(outline: list[tuple[int, int]]) -> None:
    x, y, width, height = clipped_box(tuple(outline), UPLOAD)
    assert min(width, height) >= 1
    assert 0 <= x <= x + width <= 80
    assert 0 <= y <= y + height <= 60
