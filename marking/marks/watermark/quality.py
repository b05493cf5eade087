"""How far a marked picture is from its original: over the whole, in structure, and where it is furthest.

Every pixel that can be seen counts for the errors, at full size; structure is compared on a luma of about a million pixels at most, as
its inventors advise for large pictures. One pass over strips of tiles, so that memory hardly grows with the picture.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

TILE_SIDE = 32  # pixels; the last tile of a row or column takes what is left over as well, up to 63
FLAT_SHARE = 0.1  # of the tiles: those whose luma varies least, where a mark shows first
HIGHEST_PSNR = 99.0  # dB; stands for everything above it, equality included
SSIM_PIXELS = 1 << 20  # the luma of larger pictures is halved until it fits
SSIM_WINDOW = 11  # pixels; the Gaussian window of Wang et al., with their sigma
_SIGMA, _C1, _C2 = 1.5, (0.01 * 255) ** 2, (0.03 * 255) ** 2  # and their constants for 8 bits

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """Likeness of a marked picture to its original.

    psnr: dB over all pixels and colours; flat_psnr: the same over the flattest tenth of the tiles; worst_tile_psnr: of
    the tile with the largest error; worst_tile: its place (x, y, width, height) in pixels. No PSNR is above 99.
    ssim: mean structural similarity of the luma, -1 to 1, exact to 0.0001; ssim_reduction: how many times smaller each
    side was for it.
    """

    psnr: float
    flat_psnr: float
    worst_tile_psnr: float
    worst_tile: tuple[int, int, int, int]
    ssim: float
    ssim_reduction: int


@dataclass(frozen=True)
class _Strip:
    """One row of tiles: mean squared error, variance of the luma and visible pixels of each; both reduced lumas, and what is seen of them."""

    errors: Plane
    variances: Plane
    areas: Plane
    lumas: tuple[Pixels, Pixels]
    seen: Pixels


def measure(original: Pixels, marked: Pixels) -> Quality:
    """Compare a marked picture with its original, uint8 (H, W), (H, W, 3) or (H, W, 4).

    Pixels that are fully transparent in both count for nothing, unless all are; otherwise alpha is left out.
    PSNR: 10 log10(255² / mean squared error). SSIM: Wang et al. 2004, doi:10.1109/TIP.2003.819861, Gaussian window of
    11 x 11 pixels and sigma 1.5, wherever the whole window fits. Raises ValueError for another dtype or shape, for
    shapes that differ, and below 11 pixels a side.
    """
    _require_pair(original, marked)
    height, width = original.shape[:2]
    down, across = _edges(height), _edges(width)
    factor = _reduction(height, width)
    visible = _visible(original, marked)
    strips = [
        _compare(
            _seen(original[top:end], visible[top:end]),
            _seen(marked[top:end], visible[top:end]),
            visible[top:end],
            across,
            factor,
        )
        for top, end in pairwise(down)
    ]
    errors = np.stack([strip.errors for strip in strips])
    areas = np.stack([strip.areas for strip in strips])
    flattest = _flattest(np.stack([strip.variances for strip in strips]), areas)
    row, column = divmod(int(np.where(areas > 0, errors, -1).argmax()), errors.shape[1])
    (top, end), (left, right) = down[row : row + 2], across[column : column + 2]
    return Quality(
        psnr=_psnr(errors, areas),
        flat_psnr=_psnr(errors.flat[flattest], areas.flat[flattest]),
        worst_tile_psnr=_psnr(errors[row, column], areas[row, column]),
        worst_tile=(left, top, right - left, end - top),
        ssim=_ssim(
            np.concatenate([strip.lumas[0] for strip in strips]),
            np.concatenate([strip.lumas[1] for strip in strips]),
            np.concatenate([strip.seen for strip in strips]),
        ),
        ssim_reduction=factor,
    )


def _require_pair(original: Pixels, marked: Pixels) -> None:
    if original.dtype != np.uint8 or marked.dtype != np.uint8:
        raise ValueError(f"expected two arrays of uint8, found {original.dtype} and {marked.dtype}")
    if original.shape != marked.shape:
        raise ValueError(f"expected two pictures of one shape, found {original.shape} and {marked.shape}")
    if original.ndim != 2 and (original.ndim != 3 or original.shape[2] not in {3, 4}):
        raise ValueError(f"expected shape (H, W), (H, W, 3) or (H, W, 4), found {original.shape}")
    if min(original.shape[:2]) < SSIM_WINDOW:
        raise ValueError(f"expected at least {SSIM_WINDOW} pixels a side, found shape {original.shape}")


def _edges(length: int) -> list[int]:
    """Where the tiles along a side begin, and its end."""
    return [*(TILE_SIDE * number for number in range(max(1, length // TILE_SIDE))), length]


def _reduction(height: int, width: int) -> int:
    """The power of two by which each side is shrunk for the SSIM: it divides a tile, and leaves room for a window."""
    factor = 1
    while (
        height * width > SSIM_PIXELS * factor**2
        and factor < TILE_SIDE
        and min(height, width) >= 2 * factor * SSIM_WINDOW
    ):
        factor *= 2
    return factor


def _visible(original: Pixels, marked: Pixels) -> Pixels:
    """255 where a pixel can be seen in one of the pictures, else 0; 255 everywhere if none can."""
    if original.ndim == 3 and original.shape[2] == 4:
        visible = np.where((original[..., 3] > 0) | (marked[..., 3] > 0), 255, 0).astype(np.uint8)
        if visible.any():
            return visible
    return np.full(original.shape[:2], 255, np.uint8)


def _seen(strip: Pixels, visible: Pixels) -> Pixels:
    """The colours of a strip, black where they cannot be seen."""
    colours = np.ascontiguousarray(strip[..., :3]) if strip.ndim == 3 else strip
    return np.asarray(cv2.bitwise_and(colours, colours, mask=visible), np.uint8)


def _compare(original: Pixels, marked: Pixels, visible: Pixels, across: list[int], factor: int) -> _Strip:
    """One row of tiles of both pictures, without alpha and black where they cannot be seen."""
    lumas = _luma(original), _luma(marked)
    areas = _tile_sums(visible, across, cv2.REDUCE_SUM) / 255
    pixels = np.maximum(areas, 1)
    means = _tile_sums(lumas[0], across, cv2.REDUCE_SUM) / pixels
    return _Strip(
        errors=_tile_sums(_distances(original, marked), across, cv2.REDUCE_SUM2)
        / (pixels * original[0, 0].size),
        variances=_tile_sums(lumas[0], across, cv2.REDUCE_SUM2) / pixels - means**2,
        areas=areas,
        lumas=(_shrunk(lumas[0], factor), _shrunk(lumas[1], factor)),
        seen=_shrunk(visible, factor),
    )


def _distances(original: Pixels, marked: Pixels) -> Pixels:
    return np.asarray(cv2.absdiff(original, marked), np.uint8)


def _luma(strip: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY), np.uint8) if strip.ndim == 3 else strip


def _tile_sums(strip: Pixels, across: list[int], how: int) -> NDArray[np.int64]:
    """Sums of values or of their squares over each tile, all channels together."""
    columns = np.asarray(cv2.reduce(strip, 0, how, dtype=cv2.CV_32S)).ravel()
    channels = columns.size // strip.shape[1]
    return np.add.reduceat(columns, np.multiply(across[:-1], channels), dtype=np.int64)


def _shrunk(luma: Pixels, factor: int) -> Pixels:
    """Averages over factor x factor pixels; rows and columns that fill no such square are left out."""
    height, width = (side // factor for side in luma.shape)
    whole = luma[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _flattest(variances: Plane, areas: Plane) -> NDArray[np.intp]:
    """Flat indices of the tiles whose luma varies least, of those that can be seen."""
    count = max(1, int(np.count_nonzero(areas) * FLAT_SHARE))
    return np.argsort(np.where(areas > 0, variances, np.inf), axis=None, kind="stable")[:count]


def _psnr(errors: Plane, areas: Plane) -> float:
    """Decibels of tiles with these mean squared errors and areas."""
    error = float(np.average(errors, weights=areas))
    return min(HIGHEST_PSNR, 10 * math.log10(255**2 / error)) if error else HIGHEST_PSNR


def _ssim(original: Pixels, marked: Pixels, seen: Pixels) -> float:
    """Mean structural similarity of two lumas, each window weighed by how much of its middle is seen: 0 to 255."""
    x, y = original.astype(np.float32), marked.astype(np.float32)
    mean_x, mean_y = _windowed(x), _windowed(y)
    product, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    covariance = _windowed(x * y) - product
    variances = _windowed(x * x + y * y) - squares  # of both, summed: the formula needs no more
    likeness = (2 * product + _C1) * (2 * covariance + _C2) / ((squares + _C1) * (variances + _C2))
    edge = SSIM_WINDOW // 2
    weights = seen[edge:-edge, edge:-edge].astype(np.float64)
    return float(np.average(likeness, weights=weights if weights.any() else None))


def _windowed(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means under the Gaussian window, where all of it lies inside."""
    edge = SSIM_WINDOW // 2
    blurred = cv2.GaussianBlur(plane, (SSIM_WINDOW, SSIM_WINDOW), _SIGMA)
    return np.asarray(blurred[edge:-edge, edge:-edge], np.float32)
