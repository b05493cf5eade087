"""What people do to the visible label, short of cutting it off: paint over it, fill its place, blur it."""

from __future__ import annotations

import cv2
import numpy as np

from tests.benchmarks.tampering import shapes
from tests.benchmarks.tampering.regions import inpainted
from tests.benchmarks.tampering.shown import Box, Scene, Shown

MARGIN = (0.08, 0.3)  # of the label's height, that a brush goes beyond it
BLURRED_MARGIN = 0.35
BLUR = (0.35, 0.6)  # deviation of the blur in heights of the label: no letter is left
RIM = 6  # pixels around the label whose colour a brush takes up


def boxed(shown: Shown, scene: Scene) -> Shown:
    """A box of one colour: that around the label, black, or white."""
    x, y, across, down = _grown(shown, scene, scene.random.uniform(*MARGIN))
    colours = [_around(shown, (x, y, across, down)), np.zeros(3), np.full(3, 255.0)]
    painted = shown.rgb.copy()
    painted[y : y + down, x : x + across] = np.rint(colours[int(scene.random.integers(3))])
    return shown.blended(painted, _whole(shown, (x, y, across, down)))


def filled(shown: Shown, scene: Scene) -> Shown:
    """Its place filled from its edge."""
    return inpainted(shown, _whole(shown, _grown(shown, scene, scene.random.uniform(*MARGIN))))


def blurred(shown: Shown, scene: Scene) -> Shown:
    """Blurred until no letter is left, with a soft edge."""
    box = _grown(shown, scene, BLURRED_MARGIN)
    deviation = max(2.0, scene.random.uniform(*BLUR) * _label(scene)[3])
    soft = np.pad(np.ones((box[3], box[2]), np.uint8), 1)
    inside = cv2.distanceTransform(soft, cv2.DIST_L2, 5)[1:-1, 1:-1]
    alpha = shapes.smooth(np.asarray(inside / 4, np.float32))
    canvas = shapes.on_canvas(alpha, box, shown.height, shown.width)
    return shown.blended(np.asarray(cv2.GaussianBlur(shown.rgb, (0, 0), deviation), np.uint8), canvas)


def _label(scene: Scene) -> Box:
    if scene.label is None:
        raise ValueError("expected a picture with a visible label, found none")
    return scene.label


def _grown(shown: Shown, scene: Scene, margin: float) -> Box:
    """The label's box and so much of its height around it, inside the picture."""
    x, y, across, down = _label(scene)
    more = max(2, round(margin * down))
    left, top = max(0, x - more), max(0, y - more)
    right, bottom = min(shown.width, x + across + more), min(shown.height, y + down + more)
    return left, top, right - left, bottom - top


def _around(shown: Shown, box: Box) -> np.ndarray:
    """The median colour of the rim around a box."""
    x, y, across, down = box
    top, left = max(0, y - RIM), max(0, x - RIM)
    rim = np.ones(shown.rgb.shape[:2], bool)
    rim[y : y + down, x : x + across] = False
    part = (slice(top, y + down + RIM), slice(left, x + across + RIM))
    return np.asarray(np.median(shown.rgb[part][rim[part]], axis=0))


def _whole(shown: Shown, box: Box) -> np.ndarray:
    ones = np.ones((box[3], box[2]), np.float32)
    return shapes.on_canvas(ones, box, shown.height, shown.width)
