"""The detail of a picture, levelled, and how alike two of them are place by place.

What `marking.marks.watermark.alignment` does to lay a picture onto its canvas, on the wide averages of `blurring`: a comparison
asks it of many more pixels, and reads nothing out of them but what is alike.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.blurring import Pixels, blurred

ALIKE = 0.5
"""Local correlation, from which places show the same."""

TEXTURED = 0.3
"""Mean square of a levelled picture, from which it has texture: a local deviation of about two and a half grey levels."""

_LEVEL_SIGMA = 8.0  # pixels over which brightness and contrast are levelled
_LEVEL_FLOOR = 2.0  # grey levels
_ALIKE_SIGMA = 4.0  # pixels over which likeness and texture are averaged


def luma(rgb: Pixels) -> Pixels:
    """Return the luma of RGB float32 (H, W, 3), weights of Rec. ITU-R BT.601; a luma (H, W) as it is."""
    return rgb if rgb.ndim == 2 else np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def levelled(grey: Pixels) -> Pixels:
    """Return the detail of a luma, float32 (H, W), over its local deviation."""
    detail = cv2.subtract(grey, blurred(grey, _LEVEL_SIGMA))
    deviation = cv2.sqrt(blurred(np.square(detail), _LEVEL_SIGMA))
    return np.asarray(cv2.divide(detail, deviation + np.float32(_LEVEL_FLOOR)), np.float32)


def power_of(detail: Pixels) -> Pixels:
    """Return the mean square of a levelled picture, float32 (H, W), around each place."""
    return blurred(np.asarray(np.square(detail), np.float32), _ALIKE_SIGMA)


def alikeness(one: Pixels, other: Pixels, *, power: Pixels | None = None) -> Pixels:
    """Return the local correlation of two levelled pictures, float32 (H, W), 0 (none, or negative) to 1.

    ``power``: `power_of` the first, where that is known.
    """
    first = power_of(one) if power is None else power
    both = blurred(np.asarray(cv2.multiply(one, other), np.float32), _ALIKE_SIGMA)
    deviation = cv2.sqrt(cv2.multiply(first, power_of(other))) + np.float32(0.05)
    return np.asarray(np.clip(cv2.divide(both, deviation), 0, 1), np.float32)


def texture(known: Pixels, *, power: Pixels | None = None) -> NDArray[np.bool_]:
    """Return where a levelled picture, float32 (H, W), has texture. ``power``: `power_of` it, where that is known."""
    return np.asarray((power_of(known) if power is None else power) > TEXTURED)
