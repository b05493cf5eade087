"""Find faces that look at the viewer: a hint whom to ask about, never a proof that nobody is there.

The detector is dlib's: histograms of oriented gradients (doi:10.1109/CVPR.2005.177) weighed by a linear classifier that was
trained by max-margin object detection (arXiv:1502.00046) and is compiled into the library. It knows upright faces from the
front. Profiles, masks, veils, faces lying on their side, most drawings and small faces in large scenes are missed, and now
and then it takes something else for a face. It tells faces from the rest, never one person from another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]

WORKING_PIXELS = 1 << 21
"""Pixels to which every picture is brought first; it takes about an eighth of a second to search so many.

The detector's smallest face is 80 pixels wide: 6 % of the side of a square picture of that size.
"""
MOST_ENLARGED = 2.0
"""Largest factor by which small pictures are enlarged, so that a face of 40 pixels is found."""


@dataclass(frozen=True)
class Face:
    """A found face. ``box``: (x, y, width, height) in pixels of the picture, inside it and not empty.

    ``confidence``: 0 to 1, made of the classifier's margin as 1 - exp(-margin). It ranks findings and is no probability.
    """

    box: Box
    confidence: float


def find_faces(rgb: NDArray[np.uint8]) -> tuple[Face, ...]:
    """Return the faces in ``rgb``, uint8 (H, W, 3) of any size from 1 x 1, as displayed: from left to right, then down.

    Raises ``ValueError`` for another shape or dtype.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not rgb.size:
        raise ValueError(f"expected uint8 pixels of shape (height, width, 3), found {rgb.dtype} {rgb.shape}")
    height, width = rgb.shape[:2]
    searched = _brought_to_size(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
    rectangles, margins, _poses = detector().run(searched, 0, 0.0)
    across, down = width / searched.shape[1], height / searched.shape[0]
    boxes = [_box(each, across, down, (width, height)) for each in rectangles]
    found = [Face(box, 1 - math.exp(-margin)) for box, margin in zip(boxes, margins, strict=True) if box]
    return tuple(sorted(found, key=lambda face: face.box))


@lru_cache(maxsize=1)
def detector() -> Any:
    """The detector, which takes a third of a second to build: processes that fork should have it before."""
    import dlib  # late: the processes that answer requests never need it

    return dlib.get_frontal_face_detector()


def _brought_to_size(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = luma.shape
    factor = min(MOST_ENLARGED, math.sqrt(WORKING_PIXELS / (width * height)))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(luma, size, interpolation=how), dtype=np.uint8)


def _box(rectangle: Any, across: float, down: float, size: tuple[int, int]) -> Box | None:
    """A rectangle of the searched picture in pixels of the whole one, cut off at its edges; None if nothing is left."""
    left, top = max(0, round(rectangle.left() * across)), max(0, round(rectangle.top() * down))
    right = min(size[0], round((rectangle.right() + 1) * across))
    bottom = min(size[1], round((rectangle.bottom() + 1) * down))
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
