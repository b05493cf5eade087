"""An upload and the registered picture laid onto one grid, so that both show the same thing at the same pixel.

The grid lies along the registered picture's axes, over the part that the upload shows. It is no finer than either
picture, nor than is needed to see a change: its longest side is bounded, so that the time is bounded too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.alignment import Places, grid, sampled, within
from marking.marks.watermark.features import Homography

Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMALLEST_SIDE = 16
"""Grid pixels: below it there is nothing to compare."""

_TOLD_BY = 8  # pixels from one place that tells whether all are where they were to the next
_NOWHERE_ELSE = 1e-3  # pixels
_SHARPEST_ZOOM = 1.15  # upload pixels for each of the grid, above which the upload is averaged first


@dataclass(frozen=True, eq=False)
class Grid:
    """``size``: (width, height); ``to_registered``: from its pixels to registered ones."""

    size: tuple[int, int]
    to_registered: Homography


@dataclass(frozen=True, eq=False)
class Source:
    """An upload of ``size`` (width, height), averaged down to what the grid shows of it: float32 ``pixels``."""

    pixels: Pixels
    size: tuple[int, int]

    def at(self, places: Places) -> Pixels:
        """Return the upload at places in its own pixels, (H, W, 2)."""
        height, width = self.pixels.shape[:2]
        shrinking = np.array([width, height]) / self.size
        if self._is_at(places, shrinking):
            return self.pixels
        read = ((places + 0.5) * shrinking - 0.5).astype(np.float32)
        return np.asarray(np.clip(sampled(self.pixels, read, cv2.INTER_CUBIC), 0, 255), np.float32)

    def _is_at(self, places: Places, shrinking: NDArray[np.float64]) -> bool:
        """Whether the places are the source's own, pixel by pixel; they change slowly, so a few tell."""
        if places.shape[:2] != self.pixels.shape[:2]:
            return False
        few = (slice(None, None, _TOLD_BY),) * 2
        off = (places[few] + 0.5) * shrinking - 0.5 - grid(self.pixels.shape[:2])[few]
        return bool(np.abs(off).max() < _NOWHERE_ELSE)


@dataclass(frozen=True, eq=False)
class Laid:
    """Both pictures, float32 (H, W) or (H, W, 3), 0 to 255; ``valid``: (H, W), where the upload shows anything.

    ``places``: (H, W, 2), where each pixel of the grid lies in the upload.
    """

    upload: Pixels
    registered: Pixels
    valid: Mask
    places: Places
    grid: Grid
    source: Source

    def moved(self, places: Places) -> Self:
        """Return the same with the upload laid by other places."""
        valid = _inside(places, self.source.size)
        return replace(self, upload=self.source.at(places), valid=valid, places=places)


def lay(
    upload: NDArray[np.uint8], registered: NDArray[np.uint8], homography: Homography, longest: int
) -> Laid | None:
    """Lay both, of any equal number of channels, onto a grid of at most ``longest`` pixels a side.

    ``homography``: from registered to upload pixels. None where next to nothing of the registered picture is in the upload.
    """
    laid_grid = _grid_over(upload.shape, registered.shape, homography, longest)
    if laid_grid is None:
        return None
    places = placed(laid_grid, homography)
    valid = _inside(places, upload.shape[1::-1])
    source = _source(upload, _zoom(places, valid))
    return Laid(source.at(places), _part(registered, laid_grid), valid, places, laid_grid, source)


def placed(laid_grid: Grid, homography: Homography) -> Places:
    """Return where each pixel of a grid lies in the upload: float32 (H, W, 2)."""
    width, height = laid_grid.size
    own = grid((height, width)).reshape(1, -1, 2)
    places = cv2.perspectiveTransform(own, homography @ laid_grid.to_registered)
    return np.asarray(places.reshape(height, width, 2), np.float32)


def place_all(places: NDArray[np.float64], way: Homography, source: Source) -> tuple[Places, Mask]:
    """Return where places (n, m, 2) lie in the upload, float32 of that shape, and whether it shows them, (n, m)."""
    there = np.asarray(cv2.perspectiveTransform(places, way), np.float32)
    return there, _inside(there, source.size)


def scale_of(homography: Homography, x: float, y: float) -> float:
    """Return how many pixels lie after the homography for one before it, at a place (x, y) before it."""
    around = np.array([[[x, y], [x + 1, y], [x, y + 1]]], np.float64)
    origin, right, below = cv2.perspectiveTransform(around, homography)[0]
    across, down = right - origin, below - origin
    return math.sqrt(abs(across[0] * down[1] - across[1] * down[0]))


def corners(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the outer corners of a picture of this shape, clockwise from the top left: (4, 2)."""
    height, width = shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64) - 0.5


def _grid_over(
    upload: tuple[int, ...], registered: tuple[int, ...], homography: Homography, longest: int
) -> Grid | None:
    back = np.linalg.inv(homography)
    seen = cv2.perspectiveTransform(corners(upload)[None], back)[0]
    low = np.clip(np.floor(seen.min(axis=0)), 0, np.array(registered[1::-1]) - 1)
    high = np.clip(np.ceil(seen.max(axis=0)) + 1, low + 1, np.array(registered[1::-1]))
    if _turns_over(seen):  # the horizon lies in the upload: nothing bounds what it shows
        low, high = np.zeros(2), np.array(registered[1::-1], np.float64)
    middle = (low + high) / 2
    density = min(1.0, scale_of(homography, *middle), longest / float((high - low).max()))
    width, height = (max(1, round(side * density)) for side in high - low)
    if min(width, height) < SMALLEST_SIDE:
        return None
    across, down = (high - low) / (width, height)
    to_registered = np.array(
        [[across, 0, low[0] + across / 2 - 0.5], [0, down, low[1] + down / 2 - 0.5], [0, 0, 1]]
    )
    return Grid((width, height), to_registered)


def _turns_over(quad: NDArray[np.float64]) -> bool:
    """Whether a quadrilateral is none that a picture can be seen as."""
    return not cv2.isContourConvex(quad.astype(np.float32))


def _part(registered: NDArray[np.uint8], laid_grid: Grid) -> Pixels:
    """The registered picture on the grid, averaged over what each pixel covers."""
    width, height = laid_grid.size
    across, down = laid_grid.to_registered[0, 0], laid_grid.to_registered[1, 1]
    left = round(laid_grid.to_registered[0, 2] - across / 2 + 0.5)
    top = round(laid_grid.to_registered[1, 2] - down / 2 + 0.5)
    part = registered[top : top + round(down * height), left : left + round(across * width)]
    return np.asarray(cv2.resize(part, laid_grid.size, interpolation=cv2.INTER_AREA), np.float32)


def _inside(places: Places, size: tuple[int, ...]) -> Mask:
    # sides one by one: NumPy is slow along an axis of two
    return within(places[..., 0], size[0]) & within(places[..., 1], size[1])


def _source(upload: NDArray[np.uint8], zoom: float) -> Source:
    height, width = upload.shape[:2]
    if zoom <= _SHARPEST_ZOOM:
        return Source(upload.astype(np.float32), (width, height))
    size = (max(1, round(width / zoom)), max(1, round(height / zoom)))
    return Source(cv2.resize(upload, size, interpolation=cv2.INTER_AREA).astype(np.float32), (width, height))


def _zoom(places: Places, valid: Mask) -> float:
    """Upload pixels along one of the grid: the median over what is valid."""
    across, down = np.diff(places, axis=1)[:-1], np.diff(places, axis=0)[:, :-1]
    areas = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])[valid[1:, 1:]]
    return float(np.median(areas)) ** 0.5 if areas.size else 1.0
