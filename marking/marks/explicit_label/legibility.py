"""Whether a label would still be read in a picture, had it one: whether there is room for its letters and they are not blurred."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.finding import WORKING_HEIGHT
from marking.marks.explicit_label.placing import HEIGHT_SHARE, LEGIBLE_HEIGHT, require_rgb

READABLE_SIDE = round(LEGIBLE_HEIGHT / HEIGHT_SHARE)
"""Short side in pixels from which the letters of the 5 % rule are legible."""
SHARP = 0.25
"""Slope of the sharpest edges, over their height, per pixel where capitals have `WORKING_HEIGHT`.

A step blurred by a Gaussian of σ rises by 1 / (σ √(2π)) at its steepest: this is σ = 1.6, about the width of a stroke.
"""
_EDGE_LEVELS = 24  # a lower step may be noise
_REACH = 9  # pixels across which an edge is looked at


def would_be_read(rgb: NDArray[np.uint8]) -> bool:
    """Return whether ``rgb`` (height, width, 3; uint8) is large and sharp enough for the letters of a label."""
    require_rgb(rgb)
    if min(rgb.shape[:2]) < READABLE_SIDE:
        return False
    return _sharpness(_at_working_size(rgb)) >= SHARP


def _at_working_size(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    scale = WORKING_HEIGHT / (HEIGHT_SHARE * min(luma.shape))
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(luma, size, interpolation=method), np.float32)


def _sharpness(luma: NDArray[np.float32]) -> float:
    """The 99th percentile of slope over height of all edges; 0 where there is none."""
    window = np.ones((_REACH, _REACH), np.uint8)
    height = np.asarray(cv2.dilate(luma, window) - cv2.erode(luma, window))
    across, down = (
        np.abs(np.asarray(cv2.Sobel(luma, cv2.CV_32F, *way, ksize=1))) / 2 for way in ((1, 0), (0, 1))
    )
    edges = height >= _EDGE_LEVELS
    if not edges.any():
        return 0.0
    return float(np.percentile(np.maximum(across, down)[edges] / height[edges], 99))
