"""How a picture lies, if that is told …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.comparison.telling import Lie, lay_as_told
from tests.marking.comparison.copies import HEIGHT, WIDTH, registered

GREY = np.asarray(cv2.cvtColor(registered(), cv2.COLOR_RGB2GRAY), np.uint8)
CORNERS = np.array([[[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]]], np.float64)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 1.6), st.integers(0, 3), st.booleans(), st.integers(-60, 300), st.integers(-60, 300))
def test_leaves_the_place_which_is_found(
    scale: float, quarters: int, is_mirrored: bool, x: int, y: int
) -> None:
    lie = Lie(scale, 90.0 * quarters, is_mirrored)
    corners = CORNERS[0] @ lie.linear.T
    way = np.vstack([np.column_stack([lie.linear, (x, y) - corners.min(axis=0)]), (0, 0, 1)])
    upload = cv2.warpPerspective(GREY, way, (600, 500), flags=cv2.INTER_AREA, borderValue=200)
    found = lay_as_told(np.asarray(upload, np.uint8), GREY, lie)
    assert found is not None
    there, expected = (cv2.perspectiveTransform(CORNERS, each) for each in (found, way))
    assert np.abs(there - expected).max() < 2.5


@pytest.mark.parametrize(("degrees", "quarters", "is_straight"), [
    (0.0, 0, True), (-0.4, 0, True), (89.9, 1, True), (-180.0, 2, True), (-90.3, 3, True), (2.0, 0, False), (45.0, 0, False),
])  # fmt: skip
def test_knows_whether_its_sides_lie_along_the_uploads(
    degrees: float, quarters: int, is_straight: bool
) -> None:
    lie = Lie(1.0, degrees)
    assert (lie.quarters, lie.is_straight) == (quarters, is_straight)


@pytest.mark.parametrize("scale", [0.01, 200.0])
def test_is_not_believed_of_what_can_not_be_seen(scale: float) -> None:
    assert lay_as_told(GREY, GREY, Lie(scale)) is None


@pytest.mark.parametrize(
    ("lie", "may_be"),
    [
        (Lie(0.5), True),
        (Lie(0.505), True),
        (Lie(0.7), False),
        (Lie(0.5, 180.0), False),
        (Lie(0.5, 0.0, True), False),
    ],
)
def test_tells_whether_the_upload_may_be_all_of_it(lie: Lie, may_be: bool) -> None:
    assert lie.may_be_all((300, 400), (600, 800)) is may_be
