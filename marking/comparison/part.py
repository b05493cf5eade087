"""A rectangle of the grid on which two pictures lie, and the one with the largest sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.laying import Grid
from marking.marks.watermark.features import Homography

SIDES = range(4)
"""Left, top, right, bottom."""

CELL = 8
"""Grid pixels to which a rectangle is searched for, before each side is."""

Score = NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """``lines``: left, top, right and bottom in grid pixels; the last two are no longer in it."""

    lines: tuple[int, int, int, int]

    @classmethod
    def all_of(cls, shape: tuple[int, ...]) -> Self:
        """Return the part that is all of a grid of this shape (H, W)."""
        return cls((0, 0, shape[1], shape[0]))

    @property
    def inside(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        left, top, right, bottom = self.lines
        return slice(top, bottom), slice(left, right)

    def mask(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return the places in it, of a grid of this shape: (H, W)."""
        mask = np.zeros(shape[:2], np.bool_)
        mask[self.inside] = True
        return mask

    def quad(self, way: Homography) -> NDArray[np.float64]:
        """Return its outer corners after a homography, clockwise from the top left: (4, 2)."""
        left, top, right, bottom = self.lines
        edges = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64) - 0.5
        return np.asarray(cv2.perspectiveTransform(edges[None], way)[0], np.float64)

    def on(self, its: Grid, other: Grid) -> Part:
        """Return the same of another grid than its own, which lies along the same sides, as far as that goes."""
        way = np.linalg.inv(other.to_registered) @ its.to_registered
        ends = (np.array(self.lines).reshape(2, 2) - 0.5) * np.diag(way)[:2] + way[:2, 2] + 0.5
        left, top, right, bottom = np.clip(np.rint(ends), 0, other.size).astype(int).ravel().tolist()
        return Part((left, top, right, bottom))

    def with_line(self, side: int, line: int) -> Part:
        """Return the same with one of its sides elsewhere."""
        left, top, right, bottom = (line if each == side else self.lines[each] for each in SIDES)
        return Part((left, top, right, bottom))

    def widened(self, by: int, whole: Part) -> Part:
        """Return the same with its sides further out, where they are not those of ``whole``, but inside of that."""
        left, top, right, bottom = self.lines
        ends = whole.lines
        return Part(
            (
                max(ends[0], left - by),
                max(ends[1], top - by),
                min(ends[2], right + by),
                min(ends[3], bottom + by),
            )
        )

    def beyond(self, side: int, whole: Part) -> Part:
        """Return what lies between one of its sides and that of ``whole``, as long as its own."""
        return self.with_line((side + 2) % 4, self.lines[side]).with_line(side, whole.lines[side])

    def along(self, side: int, width: int) -> Part:
        """Return what lies in it along one of its sides."""
        opposite = (side + 2) % 4
        line, end = self.lines[side], self.lines[opposite]
        return self.with_line(opposite, min(end, line + width) if line < end else max(end, line - width))


def largest(score: Score, within: Part) -> Part:
    """Return the part of ``within`` with the largest sum of a score, (H, W); of several the largest."""
    coarse = _largest_cells(score, within)
    left, top, right, bottom = coarse.lines
    across = score[top:bottom].sum(axis=0, dtype=np.float64)
    down = score[:, left:right].sum(axis=1, dtype=np.float64)
    left, right = _span(across, (left, right), (within.lines[0], within.lines[2]))
    top, bottom = _span(down, (top, bottom), (within.lines[1], within.lines[3]))
    return Part((left, top, right, bottom))


def _largest_cells(score: Score, within: Part) -> Part:
    """The same, to whole cells: Kadane's sums over the columns of each span of rows, all spans at once."""
    cells = score[within.inside].astype(np.float64)
    rows, columns = (np.arange(0, side, CELL) for side in cells.shape)
    cells = np.add.reduceat(np.add.reduceat(cells, rows, axis=0), columns, axis=1) + 1e-3
    heights = np.pad(np.cumsum(cells, axis=0), ((1, 0), (0, 0)))
    first, last = np.triu_indices(len(heights), 1)
    sums = np.pad(np.cumsum(heights[last] - heights[first], axis=1), ((0, 0), (1, 0)))
    lowest = np.minimum.accumulate(sums, axis=1)
    span, end = np.unravel_index(np.argmax(sums - lowest), sums.shape)
    start = int(np.argmin(sums[span, : end + 1]))
    left, top, right, bottom = within.lines
    return Part(
        (
            left + CELL * start,
            top + CELL * int(first[span]),
            min(right, left + CELL * int(end)),
            min(bottom, top + CELL * int(last[span])),
        )
    )


def _span(profile: NDArray[np.float64], near: tuple[int, int], ends: tuple[int, int]) -> tuple[int, int]:
    """The span with the largest sum of which each end lies up to a cell from that of ``near``."""
    sums = np.pad(np.cumsum(profile), (1, 0))
    middle = (near[0] + near[1]) // 2
    starts = np.arange(max(ends[0], near[0] - CELL), min(middle, near[0] + CELL) + 1)
    stops = np.arange(max(middle + 1, near[1] - CELL), min(ends[1], near[1] + CELL) + 1)
    start = starts[np.argmin(sums[starts])]
    return int(start), int(stops[::-1][np.argmax(sums[stops[::-1]])])
