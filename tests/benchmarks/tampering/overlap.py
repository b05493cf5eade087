"""How well reported boxes fit the pixels that were changed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.tampering.shown import Box, Mask

JOINED = 0.01  # of the long side: pieces of a mask nearer than this are one region
SMALLEST = 0.02  # of all changed pixels: smaller pieces are crumbs of a soft edge


def regions(mask: Mask) -> tuple[Box, ...]:
    """The bounding boxes of the changed regions, (x, y, width, height), largest first; () for an empty mask."""
    pixels = mask.astype(np.uint8)
    reach = 2 * round(JOINED * max(mask.shape) / 2) + 1
    count, labels = cv2.connectedComponents(
        cv2.dilate(pixels, np.ones((reach, reach), np.uint8)), connectivity=8
    )
    found: list[tuple[int, Box]] = []
    for number in range(1, count):
        piece = ((labels == number) & mask).astype(np.uint8)
        x, y, across, down = (int(side) for side in cv2.boundingRect(piece))
        found.append((int(piece.sum()), (x, y, across, down)))
    most = [(area, box) for area, box in found if area >= SMALLEST * pixels.sum()]
    return tuple(box for _, box in sorted(most, reverse=True))


def union(boxes: Sequence[Box], height: int, width: int) -> Mask:
    """The pixels in any of the boxes, bool (H, W); what lies outside the picture is cut off."""
    covered = np.zeros((height, width), bool)
    for x, y, across, down in boxes:
        covered[max(0, y) : max(0, y + down), max(0, x) : max(0, x + across)] = True
    return covered


def intersection_over_union(one: Mask, other: Mask) -> float:
    """Share of the pixels in either that are in both; 0 where both are empty."""
    either = int((one | other).sum())
    return int((one & other).sum()) / either if either else 0.0


def bounds(corners: NDArray[np.float64], height: int, width: int) -> Box:
    """The box around corners (n, 2) as far as it lies in a picture of that size."""
    low = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), 0, (width, height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])
