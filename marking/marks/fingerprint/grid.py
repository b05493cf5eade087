"""A picture as a coarse grid of luma, each cell over exactly the area it covers.

Every step is done here, in integers or float64, so that no library release can change what was stored; only
pictures larger than `_WORKING_SIDE` are first shrunk by OpenCV.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

_WORKING_SIDE = 512


def luma_grid(rgb: NDArray[np.uint8], side: int) -> NDArray[np.float64]:
    """Average a picture's luma, 0 to 255, onto ``side`` × ``side`` cells: float64 of that shape.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255, any size from 1 × 1; the grid is square, so the aspect
    ratio plays no part. Raises ValueError for any other shape or dtype.
    """
    luma = _luma(shrunk(rgb))
    height, width = luma.shape
    return _cell_weights(height, side) @ luma @ _cell_weights(width, side).T


def shrunk(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bring each side to at most `_WORKING_SIDE` by area averages: what every grid is made from, the same from this as from all.

    ``rgb`` and what is raised: as in `luma_grid`.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
        raise ValueError(f"expected uint8 of shape (H, W, 3), found {rgb.dtype} of shape {rgb.shape}")
    height, width = rgb.shape[:2]
    if max(height, width) <= _WORKING_SIDE:
        return rgb
    size = (min(width, _WORKING_SIDE), min(height, _WORKING_SIDE))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _luma(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Luma by Rec. ITU-R BT.601-7 section 2.5.1, weights in 1/65536, rounded to whole grey levels."""
    # whole numbers below 2**24, which float32 holds exactly
    weighted = rgb.astype(np.float32) @ np.array([19595, 38470, 7471], np.float32)
    return np.floor((weighted + 32768) / 65536).astype(np.float64)


@lru_cache(maxsize=64)
def _cell_weights(length: int, side: int) -> NDArray[np.float64]:
    """The (side, length) matrix whose row i holds each pixel's share of cell i; rows sum to 1."""
    edges = np.arange(side + 1) * (length / side)
    pixels = np.arange(length)
    right = np.minimum(edges[1:, None], pixels + 1)
    left = np.maximum(edges[:-1, None], pixels)
    covered: NDArray[np.float64] = np.clip(right - left, 0, None)
    return covered * (side / length)
