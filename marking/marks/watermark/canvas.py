"""The working canvas: a picture's luma at a fixed size, and the way back to full size.

The mark is made on a canvas whose short side has at most 512 pixels, so that its cost hardly grows with the
picture and a picture that is posted smaller still carries it. Full size is only ever touched in bands of rows, so that
memory hardly grows either.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

CANVAS_SIDE = 512  # canvas pixels along the short side
MINIMUM_SIDE = 64  # picture pixels along the short side
MINIMUM_CANVAS_SIDE = 128  # canvas pixels: one tile
_BAND_ROWS = 128  # picture rows worked on at a time at full size
_SAMPLED_BELOW = 0.35  # canvas pixels for each picture pixel
_SAMPLES = 2  # along each side of a canvas pixel, each the mean of four picture pixels
_ALIAS_SIGMA = 0.45  # canvas pixels of blur, times the root of the square of the shrinking less one
_MIDDLE = 128  # a residual of zero, in eight bits
_FINEST_BITS = 5  # bits behind the point of an eight-bit residual, at most


class TooSmall(ValueError):
    """The picture has no room for a mark."""


def require_picture(pixels: NDArray[np.uint8]) -> None:
    """Raise ValueError unless pixels are uint8: grey (H, W), RGB (H, W, 3), or RGB and alpha (H, W, 4)."""
    if pixels.dtype != np.uint8:
        raise ValueError(f"expected an array of uint8, found {pixels.dtype}")
    if pixels.ndim != 2 and (pixels.ndim != 3 or pixels.shape[2] not in (3, 4)):
        raise ValueError(f"expected an array of shape (H, W), (H, W, 3), or (H, W, 4), found {pixels.shape}")


def require_room(pixels: NDArray[np.uint8]) -> None:
    """Raise TooSmall unless the short side has at least 64 pixels."""
    height, width = pixels.shape[:2]
    if min(height, width) < MINIMUM_SIDE:
        raise TooSmall(f"expected at least {MINIMUM_SIDE} pixels on the short side, found {width} x {height}")


def marking_side(height: int, width: int) -> int:
    """Short side of the canvas a picture is marked on: its own, kept between 128 and 512 pixels."""
    return min(max(min(height, width), MINIMUM_CANVAS_SIDE), CANVAS_SIDE)


def luma_canvas(pixels: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Luma (0 to 255) of a picture, resized so that the short side has `side` pixels.

    Grey (H, W), RGB (H, W, 3), or RGB and alpha (H, W, 4), which is seen before white. Of a much larger picture
    sixteen pixels are looked at for each of the canvas, which is as good as all of them and several times as fast.
    """
    height, width = pixels.shape[:2]
    scale = side / min(height, width)
    size = (max(side, round(width * scale)), max(side, round(height * scale)))
    if scale < _SAMPLED_BELOW:
        finer = (_SAMPLES * size[0], _SAMPLES * size[1])
        pixels = np.asarray(cv2.resize(pixels, finer, interpolation=cv2.INTER_LINEAR), np.uint8)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(_luma(pixels), size, interpolation=how), np.float32)


def opacity_canvas(pixels: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Alpha (0 to 1) of a picture as `luma_canvas` shows it; a single 1 where there is none."""
    if pixels.ndim == 2 or pixels.shape[2] == 3:
        return np.ones((1, 1), np.float32)
    opacity = luma_canvas(np.ascontiguousarray(pixels[..., 3]), side) / np.float32(255)
    return np.asarray(np.clip(opacity, 0, 1), np.float32)


def add_residual(pixels: NDArray[np.uint8], residual: NDArray[np.float32], marked: NDArray[np.uint8]) -> None:
    """Enlarge a canvas-sized residual (grey levels), add it to what is seen, and write that to `marked`.

    The three colours get the same, so that only luma changes; alpha, and what it hides, stay as they are.
    """
    height, width = pixels.shape[:2]
    factor = max(1, min(height // residual.shape[0], width // residual.shape[1]))
    bits = _bits_behind_point(residual)
    coarse = _in_eight_bits(_coarse(residual, (height, width), factor), bits)
    rows_at_once = max(1, _BAND_ROWS // factor)
    for first in range(0, coarse.shape[0] - 2, rows_at_once):
        rows = slice(first * factor, min((first + rows_at_once) * factor, height))
        band = _enlarged(coarse[first : first + rows_at_once + 2], factor)
        _add_band(pixels[rows], band[: rows.stop - rows.start, :width], bits, marked[rows])


def _luma(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luma (ITU-R BT.601) of what is seen before a white ground."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    darkness = cv2.bitwise_not(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY))
    shown = cv2.multiply(darkness, np.ascontiguousarray(pixels[..., 3]), scale=1 / 255)
    return np.asarray(cv2.bitwise_not(shown), np.uint8)


def _coarse(residual: NDArray[np.float32], size: tuple[int, int], factor: int) -> NDArray[np.float32]:
    """The residual at one pixel for each square of `factor` picture pixels, with a row more above and below."""
    down, across = (factor * canvas / picture for canvas, picture in zip(residual.shape, size, strict=True))
    place = np.array([[across, 0, 0.5 * across - 0.5], [0, down, -0.5 * down - 0.5]])
    rows, columns = (math.ceil(length / factor) for length in size)
    if across > 1:
        residual = _smoothed(residual, across)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(residual, place, (columns, rows + 2), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.float32)


def _smoothed(residual: NDArray[np.float32], shrinking: float) -> NDArray[np.float32]:
    """The residual without the waves that are too short for a picture smaller than its canvas."""
    sigma = _ALIAS_SIGMA * math.sqrt(shrinking**2 - 1)
    return np.asarray(cv2.GaussianBlur(residual, (0, 0), sigma), np.float32)


def _bits_behind_point(residual: NDArray[np.float32]) -> int:
    """As many as leave room for the residual's peak, with a fifth to spare for what interpolation adds."""
    peak = 1.2 * float(np.abs(residual).max())
    return max(0, min(int(math.log2((_MIDDLE - 1) / max(peak, 1.0))), _FINEST_BITS))


def _in_eight_bits(residual: NDArray[np.float32], bits: int) -> NDArray[np.uint8]:
    levels = np.rint(residual * np.float32(1 << bits)) + np.float32(_MIDDLE)
    return np.asarray(np.clip(levels, 0, 255), np.uint8)


def _enlarged(coarse: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Rows of a coarse residual enlarged by a whole number, without the first and the last, so that bands join."""
    size = (coarse.shape[1] * factor, coarse.shape[0] * factor)
    enlarged = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(enlarged[factor : len(enlarged) - factor], np.uint8)


def _add_band(
    pixels: NDArray[np.uint8], band: NDArray[np.uint8], bits: int, marked: NDArray[np.uint8]
) -> None:
    """Add an eight-bit residual to a band of the picture: ties are rounded to even, what overflows is clipped."""
    if pixels.ndim == 3:
        band = _for_channels(band, pixels)
    share = 0.5**bits
    cv2.addWeighted(pixels, 1, band, share, -_MIDDLE * share, dst=marked)


def _for_channels(band: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same residual for all three colours; none for alpha and where alpha hides everything."""
    if pixels.shape[2] == 3:
        return np.asarray(cv2.merge([band, band, band]), np.uint8)
    none = np.full_like(band, _MIDDLE)
    seen = np.where(pixels[..., 3] > 0, band, none)
    return np.asarray(cv2.merge([seen, seen, seen, none]), np.uint8)
