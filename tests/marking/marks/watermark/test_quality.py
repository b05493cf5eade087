from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.marks.watermark.quality import HIGHEST_PSNR, SSIM_WINDOW, measure
from tests.marking.marks.watermark.pictures import flat, photograph

Picture = NDArray[np.uint8]


def _noisy(picture: Picture, deviation: float, seed: int = 3) -> Picture:
    noise = np.random.default_rng(seed).normal(0, deviation, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def _ssim_by_the_paper(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Equations 13 to 17 of Wang et al. 2004, window by window, as they are written."""
    across = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weights = np.outer(across, across) / np.outer(across, across).sum()
    found = []
    for row in range(x.shape[0] - 10):
        for column in range(x.shape[1] - 10):
            a, b = (plane[row : row + 11, column : column + 11] for plane in (x, y))
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            variance_a, variance_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            covariance = (weights * (a - mean_a) * (b - mean_b)).sum()
            found.append(
                (2 * mean_a * mean_b + 6.5025)
                * (2 * covariance + 58.5225)
                / ((mean_a**2 + mean_b**2 + 6.5025) * (variance_a + variance_b + 58.5225))
            )
    return float(np.mean(found))


@pytest.mark.parametrize(("error", "decibels"), [(1, 48.1308), (2, 42.1102), (16, 24.0484), (255, 0.0)])
def test_it_gives_the_known_decibels_of_an_even_error(error: int, decibels: float) -> None:
    quality = measure(flat(0, 64, 64), flat(error, 64, 64))
    assert quality.psnr == pytest.approx(decibels, abs=1e-4)
    assert quality.worst_tile_psnr == quality.flat_psnr == quality.psnr


def test_it_gives_an_even_brightening_the_similarity_of_its_luminance_alone() -> None:
    # Equation 6 of the paper: with no contrast, (2ab + C1) / (a² + b² + C1).
    expected = (2 * 100 * 110 + 6.5025) / (100**2 + 110**2 + 6.5025)
    assert measure(flat(100, 40, 40), flat(110, 40, 40)).ssim == pytest.approx(expected, abs=1e-4)


def test_it_agrees_with_the_paper_window_by_window() -> None:
    original = photograph(1, 24, 30)[..., 0]
    marked = _noisy(original, 6)
    expected = _ssim_by_the_paper(original.astype(float), marked.astype(float))
    assert measure(original, marked).ssim == pytest.approx(expected, abs=1e-5)


def test_it_calls_equal_pictures_equal() -> None:
    picture = photograph(2, 70, 90)
    quality = measure(picture, picture)
    assert (quality.psnr, quality.flat_psnr, quality.worst_tile_psnr) == (HIGHEST_PSNR,) * 3
    assert quality.ssim == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("place", "tile"),
    [((40, 70), (64, 32, 32, 32)), ((0, 0), (0, 0, 32, 32)), ((99, 149), (96, 64, 54, 36))],
)
def test_it_says_where_the_worst_spot_is(place: tuple[int, int], tile: tuple[int, int, int, int]) -> None:
    original = flat(100, 100, 150)
    marked = original.copy()
    marked[place] = 200
    quality = measure(original, marked)
    assert quality.worst_tile == tile
    assert quality.worst_tile_psnr == pytest.approx(10 * math.log10(255**2 * tile[2] * tile[3] / 100**2))
    assert quality.psnr == pytest.approx(10 * math.log10(255**2 * 100 * 150 / 100**2))


def test_it_looks_at_the_flattest_tenth_by_itself() -> None:
    original = _noisy(flat(120, 320, 320), 20)
    original[:32] = 120
    marked = original.copy()
    marked[:32] += 1
    marked[32:] += 4
    quality = measure(original, marked)
    assert quality.flat_psnr == pytest.approx(20 * math.log10(255))
    assert quality.worst_tile_psnr == pytest.approx(20 * math.log10(255 / 4))
    assert quality.worst_tile_psnr < quality.psnr < quality.flat_psnr


def test_it_sees_one_picture_in_grey_in_colour_and_with_alpha() -> None:
    grey = photograph(4, 64, 64)[..., 0]
    marked = _noisy(grey, 3)
    colour, coloured = (np.repeat(each[..., None], 3, axis=2) for each in (grey, marked))
    alphas = np.full((64, 64, 1), 255, np.uint8), np.zeros((64, 64, 1), np.uint8)
    layered = [np.concatenate(pair, axis=2) for pair in zip((colour, coloured), alphas, strict=True)]
    assert measure(grey, marked) == measure(colour, coloured) == measure(*layered)


def _layered(grey: Picture, alpha: Picture) -> Picture:
    return np.dstack([grey, grey, grey, alpha])


def test_it_leaves_out_what_nobody_sees() -> None:
    grey = photograph(7, 128, 128)[..., 0]
    marked = _noisy(grey, 5)
    alpha = np.full((128, 128), 255, np.uint8)
    alpha[:, 64:] = 0
    loud = marked.copy()
    loud[:, 64:] = 255 - grey[:, 64:]  # where it cannot be seen
    half = measure(grey[:, :64], marked[:, :64])
    found = measure(_layered(grey, alpha), _layered(loud, alpha))
    assert found.psnr == pytest.approx(half.psnr)
    assert found.worst_tile_psnr == pytest.approx(half.worst_tile_psnr)
    assert found.worst_tile == half.worst_tile
    assert found.flat_psnr == pytest.approx(half.flat_psnr, abs=0.5)
    assert found.ssim == pytest.approx(half.ssim, abs=0.02)


def test_it_counts_everything_of_a_picture_that_nobody_sees() -> None:
    grey = photograph(7, 64, 64)[..., 0]
    nothing = np.zeros((64, 64), np.uint8)
    marked = _noisy(grey, 5)
    assert measure(_layered(grey, nothing), _layered(marked, nothing)) == measure(grey, marked)


def test_it_compares_what_is_seen_at_the_very_edge() -> None:
    grey, alpha = photograph(7, 64, 64)[..., 0], np.zeros((64, 64), np.uint8)
    alpha[0] = 255
    quality = measure(_layered(grey, alpha), _layered(_noisy(grey, 5), alpha))
    assert quality.psnr < HIGHEST_PSNR
    assert quality.worst_tile[1] == 0


@pytest.mark.parametrize(
    ("height", "width", "reduction"),
    [(1024, 1024, 1), (1025, 1025, 2), (11, 120_000, 1), (44, 120_000, 4), (2048, 4096, 4)],
)
def test_it_compares_the_structure_of_large_pictures_on_a_smaller_luma(
    height: int, width: int, reduction: int
) -> None:
    picture = np.zeros((height, width), np.uint8)
    assert measure(picture, picture).ssim_reduction == reduction


@settings(max_examples=15, deadline=None)
@given(
    height=st.integers(11, 80), width=st.integers(11, 80), seed=st.integers(0, 99), deviation=st.floats(1, 30)
)
def test_no_tile_is_worse_than_the_worst_and_the_order_does_not_matter(
    height: int, width: int, seed: int, deviation: float
) -> None:
    original = photograph(seed, height, width)
    marked = _noisy(original, deviation, seed)
    there, back = measure(original, marked), measure(marked, original)
    assert there.worst_tile_psnr <= min(there.psnr, there.flat_psnr) + 1e-9
    assert (there.psnr, there.worst_tile) == (back.psnr, back.worst_tile)
    assert there.ssim == pytest.approx(back.ssim, abs=1e-6)
    assert -1 <= there.ssim < 1
    error = np.mean((original.astype(float) - marked) ** 2)
    assert there.psnr == pytest.approx(10 * math.log10(255**2 / error))


@settings(max_examples=10, deadline=None)
@given(weaker=st.floats(0.6, 8), times=st.floats(1.5, 4))
def test_a_stronger_error_is_never_called_better(weaker: float, times: float) -> None:
    picture = photograph(6, 48, 64)
    faint, strong = (measure(picture, _noisy(picture, deviation)) for deviation in (weaker, weaker * times))
    assert faint.psnr > strong.psnr
    assert faint.ssim > strong.ssim


@pytest.mark.parametrize(
    ("original", "marked", "words"),
    [
        (np.zeros((20, 20)), np.zeros((20, 20), np.uint8), "uint8, found float64"),
        (np.zeros((20, 20), np.uint8), np.zeros((20, 21), np.uint8), "one shape"),
        (np.zeros((20, 20, 2), np.uint8), np.zeros((20, 20, 2), np.uint8), r"\(H, W\)"),
        (np.zeros(20, np.uint8), np.zeros(20, np.uint8), r"\(H, W\)"),
        (np.zeros((SSIM_WINDOW - 1, 20), np.uint8),) * 2 + ("at least 11 pixels",),
    ],
)
def test_it_says_which_pictures_it_expected(original: Picture, marked: Picture, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure(original, marked)
