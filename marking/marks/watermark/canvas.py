"""The working canvas: a picture's luma at a fixed size, and the way back to full size.

The mark is made on a canvas whose short side has at most 512 pixels, so that its cost hardly grows with the
picture and a picture that is posted smaller still carries it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

CANVAS_SIDE = 512  # canvas pixels along the short side
MINIMUM_SIDE = 64  # picture pixels along the short side
MINIMUM_CANVAS_SIDE = 128  # canvas pixels: one tile
_BAND_ROWS = 256  # picture rows worked on at a time at full size


class TooSmall(ValueError):
    """The picture has no room for a mark."""


def require_picture(rgb: NDArray[np.uint8]) -> None:
    """Raise ValueError unless rgb is uint8 of shape (H, W, 3)."""
    if rgb.dtype != np.uint8:
        raise ValueError(f"expected an array of uint8, found {rgb.dtype}")
    if rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"expected an array of shape (H, W, 3), found {rgb.shape}")


def require_room(rgb: NDArray[np.uint8]) -> None:
    """Raise TooSmall unless the short side has at least 64 pixels."""
    if min(rgb.shape[:2]) < MINIMUM_SIDE:
        raise TooSmall(
            f"expected at least {MINIMUM_SIDE} pixels on the short side, found {rgb.shape[1]} x {rgb.shape[0]}"
        )


def marking_side(height: int, width: int) -> int:
    """Short side of the canvas a picture is marked on: its own, kept between 128 and 512 pixels."""
    return min(max(min(height, width), MINIMUM_CANVAS_SIDE), CANVAS_SIDE)


def luma_canvas(rgb: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Luma (0 to 255) of the picture, resized so that the short side has `side` pixels."""
    height, width = rgb.shape[:2]
    scale = side / min(height, width)
    size = (max(side, round(width * scale)), max(side, round(height * scale)))
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(luma, size, interpolation=how), np.float32)


def add_residual(rgb: NDArray[np.uint8], residual: NDArray[np.float32], marked: NDArray[np.uint8]) -> None:
    """Enlarge a canvas-sized residual (grey levels), add it to all three channels, and write that to `marked`."""
    height, width = rgb.shape[:2]
    steps = np.array([residual.shape[1] / width, residual.shape[0] / height])
    for top in range(0, height, _BAND_ROWS):
        rows = slice(top, min(top + _BAND_ROWS, height))
        band = _enlarged(residual, steps, top, (width, rows.stop - top))
        marked[rows] = cv2.add(rgb[rows], cv2.merge([band, band, band]), dtype=cv2.CV_8U)


def _enlarged(
    residual: NDArray[np.float32], steps: NDArray[np.float64], top: int, size: tuple[int, int]
) -> NDArray[np.int16]:
    """Rows of the residual at full size from `top` on, rounded; size is (width, height) in picture pixels."""
    offset = steps * (0.5, top + 0.5) - 0.5
    place = np.array([[steps[0], 0, offset[0]], [0, steps[1], offset[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    band = cv2.warpAffine(residual, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.rint(band).astype(np.int16)
