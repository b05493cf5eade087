"""Look closer at what may differ: on a finer grid, over no more of the picture than that.

From further away, on a grid half as fine, is found how the upload lies, which part of it shows the registered picture, and what was
done to its tones: all that is told by wide averages. What differs by less than `SUSPECTED` of the threshold there does not reach it nearby
either.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.differing import Difference, closer
from marking.comparison.laying import Grid, Mask, grid_over, laid_at, placed
from marking.comparison.part import Part
from marking.comparison.regions import seeds
from marking.comparison.residual import WINDOW
from marking.marks.watermark.alignment import Places, sampled
from marking.marks.watermark.features import Homography

LONGEST = 800
"""Grid pixels along the longest side of what is looked at closely."""

FAR = 400
"""The same from further away."""

SUSPECTED = 0.8
"""Of the threshold, from which a place is looked at more closely."""

_SMALLER = 0.5  # of the size of a region's seed, from which it is one here
_FINER = 1.1  # times as fine, from which another look tells more
_AROUND = 10 * WINDOW  # fine grid pixels beside what is suspected
_STRAIGHT = 1e-2  # upload pixels of a bend, below which there is none
_MOST = 0.5  # of the grid, from which all of it is looked at

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Look:
    """What differs on a part of the grid. ``area``: grid pixels, as fine, that count in all."""

    seen: Difference
    area: float


def looks(
    seen: Difference,
    upload: Picture,
    registered: Picture,
    homography: Homography,
    aside: Mask,
    *,
    is_indexed: bool,
) -> Look | None:
    """Return what differs, looked at as closely as need be; None where nothing does.

    ``seen``: from further away; ``homography``: from registered to upload pixels. ``aside``: (H, W) there, what is not asked about.
    """
    suspected = suspects(seen) & ~aside
    fine = grid_over(upload.shape, registered.shape, homography, LONGEST)
    far = seen.laid.grid
    if not suspected.any() or fine is None:
        return None
    finer = max(fine.size) / max(far.size)
    area = float(seen.valid.sum())
    if finer <= _FINER:
        return Look(seen, area)
    window = fine if suspected.mean() > _MOST else _around(suspected, far, fine, _AROUND / finer)
    laid = laid_at(upload, registered, window, _places(seen, window, homography))
    return Look(closer(seen, laid, is_indexed=is_indexed), area * finer**2)


def suspects(seen: Difference) -> Mask:
    """Return the places, (H, W), that may differ."""
    found = np.maximum(seen.found.strength, seen.found.fine)
    return seeds(np.asarray((found > SUSPECTED) & seen.valid), float(seen.valid.sum()), _SMALLER)


def _around(suspected: Mask, far: Grid, fine: Grid, room: float) -> Grid:
    """The part of a fine grid around what is suspected on the one from further away."""
    x, y, width, height = cv2.boundingRect(suspected.astype(np.uint8))
    beside = max(room, 0.25 * max(width, height))
    box = Part((x, y, x + width, y + height)).widened(round(beside), Part.all_of(suspected.shape))
    left, top, right, bottom = box.on(far, fine).lines
    return fine.within(np.array([left, top]), np.array([right, bottom]))


def _places(seen: Difference, window: Grid, homography: Homography) -> Places:
    """Where a grid's pixels lie in the upload, bent as it was seen to be."""
    straight = placed(window, homography)
    bend = seen.laid.places - placed(seen.laid.grid, homography)
    if np.abs(bend).max() < _STRAIGHT:
        return straight
    way = np.linalg.inv(seen.laid.grid.to_registered) @ window.to_registered
    width, height = window.size
    columns, rows = np.meshgrid(
        way[0, 0] * np.arange(width) + way[0, 2], way[1, 1] * np.arange(height) + way[1, 2]
    )
    return straight + sampled(bend, np.stack([columns, rows], axis=2).astype(np.float32))
