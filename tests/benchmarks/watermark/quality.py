"""How far a marked picture is from its original."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.watermark.attacks import Picture

BT_601 = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601-7, 2.5.1: luma from red, green, blue
IDENTICAL = 99.0  # dB, given for two equal pictures
TILE = 32  # pixels a side
FLAT_SHARE = 0.1  # of the tiles, those of the smallest variance
# Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, 2004, doi:10.1109/TIP.2003.819861.
SSIM_DEVIATION, SSIM_RADIUS = 1.5, 5  # pixels
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Quality:
    """Peak signal-to-noise ratio in dB, of the picture and of its flattest tiles, and structural similarity."""

    psnr: float
    flat_psnr: float
    ssim: float


def compare(original: Picture, marked: Picture) -> Quality:
    """The quality of a marked picture, both uint8 (H, W, 3) of one shape."""
    return Quality(psnr(original, marked), flat_psnr(original, marked), ssim(original, marked))


def psnr(original: Picture, marked: Picture) -> float:
    """Peak signal-to-noise ratio over all channels, in dB."""
    return _decibels(float(np.mean((original.astype(np.float64) - marked.astype(np.float64)) ** 2)))


def flat_psnr(original: Picture, marked: Picture) -> float:
    """The same over the flattest tenth of the tiles of 32 x 32 pixels, where a mark shows first; NaN without a tile."""
    if min(original.shape[:2]) < TILE:
        return math.nan
    variances = _tiles(_luma(original)).var(axis=1)
    flattest = np.argsort(variances)[: max(1, int(len(variances) * FLAT_SHARE))]
    error = np.square(original.astype(np.float32) - marked.astype(np.float32)).mean(axis=2)
    return _decibels(float(_tiles(error)[flattest].mean()))


def ssim(original: Picture, marked: Picture) -> float:
    """Mean structural similarity of the luma under a Gaussian window; NaN below the window's 11 pixels."""
    one, other = _luma(original), _luma(marked)
    if min(one.shape) <= 2 * SSIM_RADIUS:
        return math.nan
    mean_one, mean_other = _smoothed(one), _smoothed(other)
    variance_one = _smoothed(one * one) - mean_one * mean_one
    variance_other = _smoothed(other * other) - mean_other * mean_other
    covariance = _smoothed(one * other) - mean_one * mean_other
    similarity = (2 * mean_one * mean_other + SSIM_C1) * (2 * covariance + SSIM_C2)
    largest = (mean_one**2 + mean_other**2 + SSIM_C1) * (variance_one + variance_other + SSIM_C2)
    return float(np.mean(similarity / largest))


def _decibels(error: float) -> float:
    return IDENTICAL if error == 0 else 10 * math.log10(255**2 / error)


def _luma(rgb: Picture) -> Plane:
    return rgb.astype(np.float32) @ BT_601


def _tiles(plane: Plane) -> Plane:
    """Whole tiles as rows, (tiles, TILE * TILE)."""
    rows, columns = (side // TILE for side in plane.shape)
    whole = plane[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE)
    return whole.transpose(0, 2, 1, 3).reshape(-1, TILE * TILE)


def _smoothed(plane: Plane) -> Plane:
    """Weighed by the window, where it fits whole."""
    offsets = np.arange(-SSIM_RADIUS, SSIM_RADIUS + 1)
    window = np.exp(-(offsets**2) / (2 * SSIM_DEVIATION**2))
    window = (window / window.sum()).astype(np.float32)
    height, width = (side - 2 * SSIM_RADIUS for side in plane.shape)
    rows = np.sum([tap * plane[at : at + height] for at, tap in enumerate(window)], axis=0)
    return np.asarray(np.sum([tap * rows[:, at : at + width] for at, tap in enumerate(window)], axis=0))
