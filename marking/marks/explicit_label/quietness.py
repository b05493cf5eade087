"""How much a label would cover: the quietest place of a picture is where the least is going on.

No face and no text is recognised here. What both have in common is used instead: text is strokes, close together,
and faces are mostly what stands out from the rest of a picture. A large smooth face before a busy background can be
the quietest place all the same; the owner's own choice of a corner is for that.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]

STROKES_SIDE = 512
"""Pixels of the short side at which strokes are looked for: letters of a line of text still are strokes there."""
STROKE_LEVELS = 48.0
"""Grey levels of difference between neighbours from which a pixel is wholly a stroke."""
SALIENCY_SIDE = 64
"""Pixels of the side to which a picture is shrunk for its saliency, as in the paper."""
SALIENCY_BLUR = 2.5
"""Standard deviation in pixels of the final smoothing of the saliency, as in the paper."""


def busyness(rgb: NDArray[np.uint8], boxes: Sequence[Box]) -> list[float]:
    """Return how much is going on in each of ``boxes`` (x, y, width, height) of ``rgb`` (height, width, 3; uint8).

    The sum of two shares of the picture's mean: strokes and saliency. 0 is empty; a box like the rest of the
    picture has 2.
    """
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    maps = (strokes(luma), saliency(luma))
    return [sum(_share(each, box, luma.shape) for each in maps) for box in boxes]


def strokes(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return where strokes and edges are, 0 to 1, of grey levels (height, width; uint8), at most 512 a short side."""
    small = _shrunk(luma, STROKES_SIDE)
    down = np.abs(np.diff(small, axis=0, append=small[-1:]))
    across = np.abs(np.diff(small, axis=1, append=small[:, -1:]))
    return np.asarray(np.minimum(np.maximum(down, across) / STROKE_LEVELS, 1), dtype=np.float32)


def saliency(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what stands out (64, 64), at least 0: the spectral residual of Hou and Zhang (doi:10.1109/CVPR.2007.383267)."""
    side = (SALIENCY_SIDE, SALIENCY_SIDE)
    spectrum = np.fft.fft2(cv2.resize(luma, side, interpolation=cv2.INTER_AREA).astype(np.float64))
    size = np.log(np.abs(spectrum) + 1)
    residual = np.exp(size - cv2.blur(size, (3, 3), borderType=cv2.BORDER_REFLECT))
    standing_out = np.abs(np.fft.ifft2(residual * np.exp(1j * np.angle(spectrum)))) ** 2
    return np.asarray(cv2.GaussianBlur(standing_out, (0, 0), SALIENCY_BLUR), dtype=np.float32)


def _shrunk(luma: NDArray[np.uint8], short_side: int) -> NDArray[np.float32]:
    scale = min(1.0, short_side / min(luma.shape))
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _share(values: NDArray[np.float32], box: Box, shape: tuple[int, ...]) -> float:
    """Return the mean of a map in ``box`` of a picture of ``shape``, over its mean everywhere; 0 for an empty map."""
    x, y, width, height = box
    down, across = values.shape[0] / shape[0], values.shape[1] / shape[1]
    top, left = int(y * down), int(x * across)
    bottom = max(top + 1, round((y + height) * down))
    right = max(left + 1, round((x + width) * across))
    mean = float(values.mean())
    return float(values[top:bottom, left:right].mean()) / mean if mean > 0 else 0.0
