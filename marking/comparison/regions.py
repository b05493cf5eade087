"""From what differs at each place to regions: what belongs together, where it ends, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.laying import Mask
from marking.comparison.residual import WINDOW, Residual

BACKGROUND_SHARE = 0.5
"""Of the picture, from which what changed is another background."""

_EDGE = 0.6  # of the threshold, over the finer window, where a change that was found ends
_REACH = 2.5  # windows, up to which a change goes on beyond what was found
_CLOSED = 1.5  # windows: gaps up to twice as wide within a change belong to it
_OPENED = 0.7  # windows: what is narrower is a line along an edge and no region
_NEAR = 4.0  # windows: parts up to so far apart that lie beside each other are one change
_LEAST_AREA = 0.0012  # of the grid, that is found; a hundredth of a face in a portrait
_LEAST_PIXELS = 100  # the same on small grids, about a quarter of a window
_MOST = 12  # regions, the largest ones
_SUREST = 0.99


@dataclass(frozen=True, eq=False)
class Region:
    """A changed region on the grid: ``mask`` (H, W), how sure it is, and the share of it with other colours, 0 to 1."""

    mask: Mask
    confidence: float
    shifted: float

    @property
    def area(self) -> int:
        """Its size in grid pixels."""
        return int(self.mask.sum())


def regions(found: Residual, valid: Mask, *, area: float | None = None) -> list[Region]:
    """Return the changed regions, largest first, at most `_MOST`.

    ``area``: grid pixels that are valid in all, where ``valid`` is a part of the grid.
    """
    area = float(valid.sum()) if area is None else area
    beyond = found.strength > 1
    if not beyond.any():
        return []
    sown = seeds(beyond, area)
    if not sown.any():
        return []
    near = _dilated(sown, _REACH * WINDOW)
    grown = (near & (found.fine > _EDGE)) & valid
    grown = _touching(_opened(grown | _eroded(sown, WINDOW), 2), sown)
    filled = _filled(_closed(grown, _CLOSED * WINDOW)) & valid
    parts = [_region(found, part, sown) for part in _merged(filled)]
    parts = _as_background([part for part in parts if part.area >= _least(area)], area)
    return sorted(parts, key=lambda part: part.area, reverse=True)[:_MOST]


def seeds(beyond: Mask, area: float, size: float = 1.0) -> Mask:
    """Return what of the places ``beyond``, (H, W), is wide and large enough to be a region, of so many grid pixels in all.

    ``size``: of the least that is, on a grid that is by so much less fine.
    """
    opened = _opened(beyond, size * _OPENED * WINDOW)
    return _without_small(opened, size * area)


def _as_background(parts: list[Region], area: float) -> list[Region]:
    """All as one where they are most of the picture: what is left between them is what stands before a background."""
    if len(parts) < 2 or sum(part.area for part in parts) < BACKGROUND_SHARE * area:
        return parts
    mask = np.logical_or.reduce([part.mask for part in parts])
    surest = max(part.confidence for part in parts)
    shifted = float(np.average([part.shifted for part in parts], weights=[part.area for part in parts]))
    return [Region(np.asarray(mask), surest, shifted)]


def _least(area: float) -> float:
    return max(float(_LEAST_PIXELS), _LEAST_AREA * area)


def _region(found: Residual, mask: Mask, seeds: Mask) -> Region:
    """Half sure at the threshold, more the further beyond it what was found in the mask lies."""
    inside = mask & seeds
    strength = float(np.median(found.strength[inside])) if inside.any() else 1.0
    sure = min(_SUREST, 1 - 0.5 / max(strength, 1.0) ** 1.5)
    return Region(mask, sure, float((found.shift[mask] > 1).mean()))


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _morphed(mask: Mask, operation: int, radius: float) -> Mask:
    # The border is mirrored, so that a change at the edge of the picture is worn from no side but its own.
    wide = round(2 * radius) + 2
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), wide, wide, wide, wide, cv2.BORDER_REPLICATE)
    done = cv2.morphologyEx(padded, operation, _disc(radius))
    return np.asarray(done[wide:-wide, wide:-wide] > 0)


def _opened(mask: Mask, radius: float) -> Mask:
    return _morphed(mask, cv2.MORPH_OPEN, radius)


def _closed(mask: Mask, radius: float) -> Mask:
    return _morphed(mask, cv2.MORPH_CLOSE, radius)


def _dilated(mask: Mask, radius: float) -> Mask:
    return _morphed(mask, cv2.MORPH_DILATE, radius)


def _eroded(mask: Mask, radius: float) -> Mask:
    return _morphed(mask, cv2.MORPH_ERODE, radius)


def _without_small(seeds: Mask, area: float) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seeds.astype(np.uint8))
    large = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= _least(area)]
    return np.isin(labels, large)


def _touching(mask: Mask, seeds: Mask) -> Mask:
    """The parts of a mask that some seed lies in."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    touched = np.unique(labels[seeds & mask])
    return np.isin(labels, touched[touched > 0])


def _filled(mask: Mask) -> Mask:
    """Without holes."""
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return np.asarray(filled > 0)


def _merged(mask: Mask) -> list[Mask]:
    """The parts of a mask, those that lie near each other as one."""
    _, labels = cv2.connectedComponents(_dilated(mask, _NEAR * WINDOW / 2).astype(np.uint8))
    return [mask & (labels == i) for i in range(1, int(labels.max()) + 1)]
