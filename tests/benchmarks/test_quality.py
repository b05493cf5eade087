"""The figures of quality, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.benchmarks.watermark.quality import IDENTICAL, compare, flat_psnr, psnr, ssim
from tests.conftest import photograph


def test_it_gives_psnr_by_its_definition() -> None:
    """An error of one grey level everywhere: 20 log10 255 = 48.13 dB."""
    grey = np.full((64, 64, 3), 100, np.uint8)

    assert psnr(grey, grey + np.uint8(1)) == pytest.approx(20 * math.log10(255))


def test_it_finds_no_difference_between_equals() -> None:
    picture = photograph(64, 96)

    same = compare(picture, picture)

    assert (same.psnr, same.flat_psnr) == (IDENTICAL, IDENTICAL)
    assert same.ssim == pytest.approx(1)


def test_it_looks_at_the_flattest_tiles() -> None:
    picture = photograph(128, 320)  # forty tiles, of which four count
    picture[:32, :128] = 128
    marked = picture.copy()
    marked[:32, :128] += np.uint8(2)

    assert flat_psnr(picture, marked) == pytest.approx(20 * math.log10(255 / 2), abs=1e-3)
    assert psnr(picture, marked) > flat_psnr(picture, marked)


def test_it_gives_ssim_of_two_flat_pictures_by_its_formula() -> None:
    """Without variance only the first factor is left: (2ab + C1) / (a² + b² + C1)."""
    dark, light = np.full((32, 32, 3), 100, np.uint8), np.full((32, 32, 3), 110, np.uint8)
    c1 = (0.01 * 255) ** 2

    assert ssim(dark, light) == pytest.approx((2 * 100 * 110 + c1) / (100**2 + 110**2 + c1), abs=1e-4)


def test_it_says_nan_where_a_picture_is_too_small() -> None:
    tiny = photograph(10, 40)

    assert math.isnan(ssim(tiny, tiny))
    assert math.isnan(flat_psnr(tiny, tiny))
