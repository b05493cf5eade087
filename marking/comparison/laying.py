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

from marking.comparison.change import Box
from marking.marks.shrinking import shrunk
from marking.marks.watermark.alignment import Places, grid, sampled, within
from marking.marks.watermark.features import Homography

Pixels = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMALLEST_SIDE = 16
"""Grid pixels: below it there is nothing to compare."""

_TOLD_BY = 8  # pixels from one place that tells whether all are where they were to the next
_NOWHERE_ELSE = 1e-3  # pixels
_ROOM = 24.0  # grid pixels around what is read of an upload, for what is bent or asked a little further out
_MOST_OF_IT = 0.5  # of an upload, from which all of it is read
_SHARPEST_ZOOM = 1.15  # upload pixels for each of the grid, above which the upload is averaged first


@dataclass(frozen=True, eq=False)
class Grid:
    """``size``: (width, height); ``to_registered``: from its pixels to registered ones."""

    size: tuple[int, int]
    to_registered: Homography

    def within(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> Grid:
        """Return the part of the grid, as fine, between two of its places (x, y)."""
        step = np.diag(self.to_registered)[:2]
        origin = self.to_registered[:2, 2] + 0.5 - step / 2
        ends = np.rint(origin + np.array(self.size) * step)
        first = np.floor(np.clip(origin + low * step, origin, ends - 1))
        last = np.ceil(np.clip(origin + high * step, first + 1, ends))
        return _grid_between(first, last, float(1 / step.max()))


@dataclass(frozen=True, eq=False)
class Source:
    """A ``part`` of an upload of ``size`` (width, height), averaged down to what the grid shows of it: float32 ``pixels``.

    ``part``: x, y, width, height in the upload's own pixels.
    """

    pixels: Pixels
    size: tuple[int, int]
    part: Box

    def at(self, places: Places) -> Pixels:
        """Return the upload at places in its own pixels, (H, W, 2)."""
        height, width = self.pixels.shape[:2]
        shrinking = np.array([width, height]) / self.part[2:]
        places = places - np.array(self.part[:2], np.float32) if any(self.part[:2]) else places
        if self._is_at(places, shrinking):
            return self.pixels
        read = ((places + np.float32(0.5)) * shrinking.astype(np.float32) - np.float32(0.5)).astype(
            np.float32
        )
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

    ``places``: (H, W, 2), where each pixel of the grid lies in the upload. ``is_straight``: all of it was seen not to be bent.
    """

    upload: Pixels
    registered: Pixels
    valid: Mask
    places: Places
    grid: Grid
    source: Source
    is_straight: bool = False

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
    laid_grid = grid_over(upload.shape, registered.shape, homography, longest)
    if laid_grid is None:
        return None
    return laid_at(upload, registered, laid_grid, placed(laid_grid, homography))


def laid_at(
    upload: NDArray[np.uint8], registered: NDArray[np.uint8], laid_grid: Grid, places: Places
) -> Laid:
    """Lay both onto a grid, whose pixels lie at these places, (H, W, 2), of the upload."""
    valid = _inside(places, upload.shape[1::-1])
    source = _source(upload, places, valid)
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


def grid_over(
    upload: tuple[int, ...], registered: tuple[int, ...], homography: Homography, longest: int
) -> Grid | None:
    """Return the grid over what the upload shows of the registered picture, given by their shapes, as `lay` takes it."""
    back = np.linalg.inv(homography)
    seen = cv2.perspectiveTransform(corners(upload)[None], back)[0]
    low = np.clip(np.floor(seen.min(axis=0)), 0, np.array(registered[1::-1]) - 1)
    high = np.clip(np.ceil(seen.max(axis=0)) + 1, low + 1, np.array(registered[1::-1]))
    if _turns_over(seen):  # the horizon lies in the upload: nothing bounds what it shows
        low, high = np.zeros(2), np.array(registered[1::-1], np.float64)
    middle = (low + high) / 2
    density = min(1.0, scale_of(homography, *middle), longest / float((high - low).max()))
    found = _grid_between(low, high, density)
    return found if min(found.size) >= SMALLEST_SIDE else None


def _grid_between(low: NDArray[np.float64], high: NDArray[np.float64], density: float) -> Grid:
    """The grid from one place of the registered picture to another, both whole numbers of pixels."""
    width, height = (max(1, round(side * density)) for side in high - low)
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
    return _smaller(part, laid_grid.size).astype(np.float32)


def _inside(places: Places, size: tuple[int, ...]) -> Mask:
    # sides one by one: NumPy is slow along an axis of two
    return within(places[..., 0], size[0]) & within(places[..., 1], size[1])


def _source(upload: NDArray[np.uint8], places: Places, valid: Mask) -> Source:
    """What of an upload lies at these places, and a little around it."""
    zoom = _zoom(places, valid)
    size = (upload.shape[1], upload.shape[0])
    x, y, width, height = part = _read(places, size, zoom)
    read = upload[y : y + height, x : x + width]
    if zoom <= _SHARPEST_ZOOM:
        return Source(read.astype(np.float32), size, part)
    small = (max(1, round(width / zoom)), max(1, round(height / zoom)))
    return Source(shrunk(read, small).astype(np.float32), size, part)


def _read(places: Places, size: tuple[int, int], zoom: float) -> Box:
    """The part of a picture of ``size`` that is read at these places, or a little beside them; all of it where that is most."""
    few = places[:: max(1, places.shape[0] - 1), :: max(1, places.shape[1] - 1)].reshape(-1, 2)
    room = _ROOM * max(zoom, 1.0)
    low = np.clip(np.floor(few.min(axis=0) - room), 0, np.array(size) - 1).astype(int)
    high = np.clip(np.ceil(few.max(axis=0) + room) + 1, low + 1, size).astype(int)
    if np.prod(high - low) > _MOST_OF_IT * size[0] * size[1]:
        return 0, 0, *size
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def _smaller(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture averaged down; as it is where it has the size."""
    return picture if picture.shape[1::-1] == size else shrunk(picture, size)


def _zoom(places: Places, valid: Mask) -> float:
    """Upload pixels along one of the grid: the median over what is valid."""
    across, down = np.diff(places, axis=1)[:-1], np.diff(places, axis=0)[:, :-1]
    areas = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])[valid[1:, 1:]]
    return float(np.median(areas)) ** 0.5 if areas.size else 1.0
