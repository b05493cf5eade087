"""An upload laid onto a registered picture..."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks.watermark.alignment import align
from tests.marking.marks.watermark.pictures import photograph

KNOWN = cv2.cvtColor(photograph(3, 160, 224), cv2.COLOR_RGB2GRAY).astype(np.float32)
SMOOTH = cv2.GaussianBlur(KNOWN, (0, 0), 9)
"""Without anything to recognise by its features."""


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("picture", [KNOWN, SMOOTH], ids=["detailed", "smooth"])
def test_it_lies_as_the_picture_does(picture: NDArray[np.float32], quarters: int, mirrored: bool) -> None:
    turned = np.rot90(picture[:, ::-1] if mirrored else picture, quarters)
    aligned = align(np.ascontiguousarray(turned), picture)
    assert np.abs(aligned.luma - picture).mean() < 0.6
    assert aligned.likeness > 0.95
    assert aligned.valid.mean() > 0.97


def test_it_is_unbent() -> None:
    rows, columns = np.indices(KNOWN.shape, np.float32)
    bent = cv2.remap(KNOWN, columns + 3 * np.sin(rows / 25), rows + 3 * np.cos(columns / 30), cv2.INTER_CUBIC)
    aligned = align(np.asarray(bent, np.float32), KNOWN)
    assert aligned.likeness > 0.9
    assert np.abs(aligned.luma - KNOWN)[aligned.valid].mean() < np.abs(bent - KNOWN).mean() / 3


def test_it_stays_bent_on_demand() -> None:
    rows, columns = np.indices(KNOWN.shape, np.float32)
    bent = np.asarray(cv2.remap(KNOWN, columns + 3 * np.sin(rows / 25), rows, cv2.INTER_CUBIC), np.float32)
    assert align(bent, KNOWN, unbend=False).likeness < align(bent, KNOWN).likeness


def test_it_is_as_light_as_the_picture_where_it_came_as_a_negative() -> None:
    aligned = align(255 - KNOWN, KNOWN)
    assert np.abs(aligned.luma - KNOWN).mean() < 0.6


def test_it_shows_the_picture_itself_where_there_is_no_upload() -> None:
    aligned = align(np.ascontiguousarray(KNOWN[:, :112]), KNOWN)
    assert aligned.valid.mean() == pytest.approx(0.5, abs=0.03)
    assert np.array_equal(aligned.luma[~aligned.valid], KNOWN[~aligned.valid])


def test_it_lies_over_another_ground() -> None:
    aligned = align(np.ascontiguousarray(KNOWN[:, :112]), KNOWN)
    over = aligned.over(np.full(KNOWN.shape, 7, np.float32))
    assert (over.luma[~over.valid] == 7).all()
    assert np.array_equal(over.luma[over.valid], aligned.luma[over.valid])


def test_it_is_averaged_where_it_is_larger() -> None:
    grain = np.random.default_rng(1).normal(0, 30, (480, 672)).astype(np.float32)
    large = cv2.resize(KNOWN, (672, 480), interpolation=cv2.INTER_CUBIC) + grain
    aligned = align(np.asarray(large, np.float32), KNOWN)
    assert np.std(aligned.luma - KNOWN) < 14


def test_it_is_like_nothing_where_it_is_flat() -> None:
    aligned = align(np.full((50, 70), 90, np.float32), np.full((60, 80), 128, np.float32))
    assert aligned.likeness == 0
    assert aligned.valid.all()
    assert np.abs(aligned.luma - 90).max() < 1e-3
