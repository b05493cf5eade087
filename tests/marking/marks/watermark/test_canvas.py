"""The canvas..."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.watermark import TooSmall
from marking.marks.watermark.canvas import (
    add_residual,
    luma_canvas,
    marking_side,
    require_picture,
    require_room,
)
from tests.marking.marks.watermark.pictures import photograph


def wave(height: int, width: int, cycles: float = 6, amplitude: float = 3) -> np.ndarray:
    """A slow wave along both sides, in grey levels."""
    down, across = np.arange(height)[:, None] + 0.5, np.arange(width) + 0.5
    return (amplitude * np.sin(2 * np.pi * cycles * (across / width + down / height))).astype(np.float32)


def added(picture: np.ndarray, residual: np.ndarray) -> np.ndarray:
    marked = np.empty_like(picture)
    add_residual(picture, residual, marked)
    return marked


def with_alpha(picture: np.ndarray, alpha: int) -> np.ndarray:
    return np.dstack([picture, np.full(picture.shape[:2], alpha, np.uint8)])


@pytest.mark.parametrize(("height", "width", "side"), [(64, 90, 128), (300, 200, 200), (4000, 3000, 512)])
def test_it_has_a_short_side_between_one_tile_and_512(height: int, width: int, side: int) -> None:
    assert marking_side(height, width) == side


@pytest.mark.parametrize(
    "shape", [(100, 140, 3), (150, 200, 3), (417, 303, 3), (900, 611, 3), (700, 1100, 3)]
)
def test_it_shows_the_whole_picture_at_its_own_size(shape: tuple[int, int, int]) -> None:
    height, width = shape[:2]
    smooth = np.clip(128 + wave(height, width, 2, 60), 0, 255).astype(np.uint8)
    canvas = luma_canvas(np.dstack([smooth] * 3), 150)
    expected = 128 + wave(*canvas.shape, 2, 60)
    assert min(canvas.shape) == 150
    assert np.abs(canvas - expected).max() < 2.5


def test_it_shows_grey_and_alpha_as_they_are_seen() -> None:
    rgb = photograph(1, 200, 260)
    luma = luma_canvas(rgb, 150)
    assert np.array_equal(luma_canvas(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 150), luma)
    assert np.array_equal(luma_canvas(with_alpha(rgb, 255), 150), luma)
    assert (luma_canvas(with_alpha(rgb, 0), 150) == 255).all()
    assert luma_canvas(with_alpha(rgb, 51), 150).mean() == pytest.approx(
        255 - (255 - luma.mean()) / 5, abs=0.7
    )


@settings(max_examples=25, deadline=None)
@given(height=st.integers(64, 700), width=st.integers(64, 700))
def test_it_lays_a_residual_where_it_shows_the_picture(height: int, width: int) -> None:
    side = 64
    rows, columns = luma_canvas(np.zeros((height, width), np.uint8), side).shape
    marked = added(np.full((height, width), 128, np.uint8), wave(rows, columns, amplitude=60))
    assert np.abs(luma_canvas(marked, side) - 128 - wave(rows, columns, amplitude=60)).mean() < 4


def test_it_joins_its_bands_without_a_seam() -> None:
    marked = added(np.full((1000, 300), 128, np.uint8), wave(100, 30, 1, 50)).astype(int)
    assert np.abs(np.diff(marked, axis=0)).max() <= 2


def test_it_rounds_without_a_bias() -> None:
    marked = added(np.full((512, 600), 128, np.uint8), wave(512, 600))
    assert abs(marked.mean() - 128) < 0.01
    assert np.abs(marked - 128.0 - wave(512, 600)).max() <= 0.55


def test_it_clips_what_leaves_the_range_of_a_picture() -> None:
    residual = wave(128, 128, amplitude=20)
    assert added(np.zeros((128, 128), np.uint8), residual).max() == 20
    assert added(np.full((128, 128), 255, np.uint8), residual).max() == 255


def test_it_adds_the_strongest_of_residuals() -> None:
    assert (
        np.abs(added(np.full((128, 128), 128, np.uint8), wave(128, 128, amplitude=100)) - 128.0).max() == 100
    )


def test_it_is_smoothed_for_a_picture_smaller_than_itself() -> None:
    checkers = np.where(np.indices((128, 128)).sum(axis=0) % 2, 10, -10).astype(np.float32)
    assert np.abs(added(np.full((64, 64), 128, np.uint8), checkers) - 128.0).max() <= 3


def test_it_changes_every_colour_alike_and_keeps_alpha() -> None:
    picture = with_alpha(np.full((128, 128, 3), (50, 100, 150), np.uint8), 200)
    change = added(picture, wave(128, 128)).astype(int) - picture
    assert (change[..., :3] == change[..., :1]).all()
    assert change[..., 0].max() == 3
    assert not change[..., 3].any()


def test_it_keeps_what_alpha_hides() -> None:
    picture = with_alpha(np.full((128, 128, 3), 100, np.uint8), 0)
    assert np.array_equal(added(picture, wave(128, 128)), picture)


def test_it_is_the_same_with_any_number_of_threads() -> None:
    picture, residual = photograph(2, 900, 700), wave(154, 120)
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        alone = added(picture, residual), luma_canvas(picture, 150)
        cv2.setNumThreads(4)
        together = added(picture, residual), luma_canvas(picture, 150)
    finally:
        cv2.setNumThreads(threads)
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.zeros((80, 80, 3), np.float32), "expected an array of uint8, found float32"),
        (np.zeros((80, 80, 2), np.uint8), r"\(H, W\), \(H, W, 3\), or \(H, W, 4\), found \(80, 80, 2\)"),
        (np.zeros(80, np.uint8), r"expected an array of shape .* found \(80,\)"),
    ],
)
def test_it_must_be_of_a_picture(pixels: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        require_picture(pixels)


def test_it_must_have_room() -> None:
    require_room(np.zeros((64, 64), np.uint8))
    with pytest.raises(TooSmall, match="expected at least 64 pixels on the short side, found 63 x 200"):
        require_room(np.zeros((200, 63, 4), np.uint8))
