"""A registered picture..."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks.watermark.features import find_homography
from tests.marking.marks.watermark.pictures import drawing, flat, photograph

SIZE = (240, 320)
KNOWN = cv2.cvtColor(photograph(1, *SIZE), cv2.COLOR_RGB2GRAY).astype(np.float32)
CORNERS = np.array([[[0, 0], [319, 0], [319, 239], [0, 239]]], np.float32)
TILT = np.array([[0.9, -0.2, 60], [0.25, 0.8, 20], [1e-4, 2e-4, 1]])
MIRROR = np.array([[-1.0, 0, 319], [0, 1, 0], [0, 0, 1]])


def moved(homography: NDArray[np.float64], negative: bool = False) -> NDArray[np.float32]:
    picture = cv2.warpPerspective(KNOWN, homography, (400, 360), flags=cv2.INTER_CUBIC, borderValue=90)
    return 255 - picture if negative else picture


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("homography", [TILT, TILT @ MIRROR], ids=["straight", "mirrored"])
def test_it_is_found_where_it_lies(homography: NDArray[np.float64], negative: bool) -> None:
    found = find_homography(moved(homography, negative), KNOWN)
    assert found is not None
    there, true = (cv2.perspectiveTransform(CORNERS, each) for each in (found, homography))
    assert np.abs(there - true).max() < 1.5


def test_it_is_found_in_a_picture_looked_at_smaller() -> None:
    large = cv2.resize(moved(TILT), None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
    found = find_homography(np.asarray(large, np.float32), KNOWN)
    assert found is not None
    true = 2.5 * (cv2.perspectiveTransform(CORNERS, TILT) + 0.5) - 0.5
    assert np.abs(cv2.perspectiveTransform(CORNERS, found) - true).max() < 3


@pytest.mark.parametrize(
    "other",
    [
        photograph(8, 200, 200)[..., 0],
        drawing(3, 120, 160)[..., 0],
        flat(100, 200, 200)[..., 0],
        photograph(8, 12, 12)[..., 0],
    ],
    ids=["another picture", "a drawing", "a flat one", "a tiny one"],
)
def test_it_is_not_found_in(other: NDArray[np.uint8]) -> None:
    assert find_homography(other.astype(np.float32), KNOWN) is None


def test_it_is_found_though_it_is_faint() -> None:
    faint = np.rint(230 + 0.08 * KNOWN)
    found = find_homography(faint[40:180, 60:260], faint)
    assert found is not None
    assert np.abs(found - [[1, 0, -60], [0, 1, -40], [0, 0, 1]]).max() < 1


def test_it_finds_a_picture_between_stronger_letters_where_features_are_spread() -> None:
    known = cv2.GaussianBlur(KNOWN, (0, 0), 1.5)
    letters = np.full((700, 700), 240, np.uint8)
    for row in range(12, 700, 14):
        cv2.putText(letters, "letters " * 14, (2, row), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 10)
    page = letters.astype(np.float32)
    height, width = known.shape
    page[300 : 300 + height, 200 : 200 + width] = known
    found = find_homography(page, known, spread=True)
    assert found is not None
    assert np.allclose(found / found[2, 2], [[1, 0, 200], [0, 1, 300], [0, 0, 1]], atol=2)
