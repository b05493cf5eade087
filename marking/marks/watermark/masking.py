"""How strong the mark may be at each place: strong in texture, faint in flat areas and beside lone edges."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Curve = tuple[tuple[float, float], ...]  # value over luma

_DETAIL_SIGMA = 2.0  # canvas pixels; what a Gaussian of this width removes is detail
_CELL = 4  # canvas pixels a side, over which detail is gathered
_CELLS = 5  # cells a side: the surroundings of a place, and the places nearby
_SPREAD_SIGMA = 2.0  # cells over which lines and edges count as detail
_MOST_BY_LINES = 1.2  # grey levels of activity
_SMOOTHING_SIGMA = 1.0  # cells
_GAIN_PER_ACTIVITY = 0.8  # relative amplitude for each grey level of activity
_STRONGEST = 5.0  # amplitude in the busiest places, relative to a flat one
_SHARE_AT: Curve = (
    (5, 0.8),
    (60, 1.0),
    (235, 1.0),
    (250, 0.9),
)  # of the amplitude over luma: less where the eye is keen
_EXTRA_AT: Curve = (
    (0, 0.7),
    (5, 0.0),
    (250, 0.0),
    (255, 0.5),
)  # at black and white, where clipping leaves half of each wave


def amplitude_mask(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Relative amplitude, 1 in a flat mid-grey area to 5 in strong texture; same shape as luma (0 to 255)."""
    by_detail = np.clip(1 + _GAIN_PER_ACTIVITY * _activity(luma), 1, _STRONGEST)
    levels = np.clip(luma, 0, 255).astype(np.uint8)
    return np.asarray(by_detail * _looked_up(_SHARE_AT, levels) + _looked_up(_EXTRA_AT, levels), np.float32)


def _activity(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Grey levels of local detail: full where half of the surroundings have it, little beside lone edges and lines."""
    height, width = luma.shape
    roots = cv2.sqrt(cv2.absdiff(luma, cv2.GaussianBlur(luma, (0, 0), _DETAIL_SIGMA)))
    cells = (math.ceil(width / _CELL), math.ceil(height / _CELL))
    gathered = np.asarray(cv2.resize(roots, cells, interpolation=cv2.INTER_AREA), np.float32)
    texture = _least_nearby(_median(gathered), _CELLS)
    lines = _least_nearby(cv2.GaussianBlur(gathered, (0, 0), _SPREAD_SIGMA), _CELLS // 2 + 1)
    detail = np.maximum(texture, np.minimum(lines, np.float32(_MOST_BY_LINES**0.5)))
    smoothed = cv2.GaussianBlur(detail, (0, 0), _SMOOTHING_SIGMA)
    enlarged = cv2.resize(smoothed, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.square(enlarged), np.float32)


def _median(detail: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of each place's surroundings; mirrored at the picture's edge, lest a line there fill them."""
    reach = _CELLS // 2
    mirrored = cv2.copyMakeBorder(detail, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
    return np.asarray(cv2.medianBlur(mirrored, _CELLS)[reach:-reach, reach:-reach], np.float32)


def _least_nearby(detail: cv2.typing.MatLike, cells: int) -> NDArray[np.float32]:
    """The least of neighbouring places, so that flat ground beside an edge stays flat ground."""
    return np.asarray(cv2.erode(detail, np.ones((cells, cells), np.uint8)), np.float32)


def _looked_up(curve: Curve, levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The value of a curve at each level, straight between its points."""
    table = np.interp(np.arange(256), *np.array(curve).T).astype(np.float32)
    return np.asarray(cv2.LUT(levels, table), np.float32)
