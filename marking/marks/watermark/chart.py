"""Where on the canvas each place of a field of tiles lies: straight to begin with, bent as its tile is followed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import TILE
from marking.marks.watermark.geometry import Matrix

NODE = 16  # tile pixels from one node of a chart to the next
_SLIVER = 1e-6  # tiles that are not worth another tile

Places = NDArray[np.float64]  # (rows, columns, 2) as (x, y)


@dataclass(frozen=True)
class Chart:
    """Where a field of whole tiles lies on the canvas.

    nodes: places (rows, columns, 2), as (x, y) in canvas pixels counted from the middle of the first pixel, of the
    middles of squares of 16 x 16 tile pixels.
    """

    nodes: Places

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the field in tile pixels."""
        return self.nodes.shape[1] * NODE, self.nodes.shape[0] * NODE

    def laid(self, whitened: NDArray[np.float32]) -> NDArray[np.float32]:
        """The canvas as the chart lays it out, (rows * 16, columns * 16), 0 beyond its edges."""
        places = cv2.resize(self.nodes.astype(np.float32), self.size)
        found = cv2.remap(whitened, places, None, cv2.INTER_LINEAR)  # type: ignore[call-overload]  # one array of both is taken
        return np.asarray(found, np.float32)

    def bent(self, straying: Places) -> "Chart":
        """The chart with each node moved back by how far the tile strayed there, in tile pixels."""
        across, down = (np.gradient(self.nodes, NODE, axis=axis) for axis in (1, 0))
        return Chart(self.nodes - across * straying[..., :1] - down * straying[..., 1:])

    def matrix(self, shape: tuple[int, ...]) -> Matrix:
        """The matrix, from tile to canvas frequencies, that comes nearest to the chart where it shows the canvas."""
        shown = self.shows(shape)
        rows, columns = np.nonzero(shown) if shown.sum() > 3 else np.nonzero(np.ones_like(shown))
        inside_tiles = np.stack([columns, rows, np.ones(rows.size)], axis=1) * (NODE, NODE, 1)
        slopes = np.linalg.lstsq(inside_tiles, self.nodes[rows, columns], rcond=None)[0]
        return np.asarray(np.linalg.pinv(slopes[:2].T).T)

    def shows(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which nodes lie on a canvas of (height, width)."""
        x, y = np.moveaxis(self.nodes, 2, 0)
        return np.asarray((x > -1) & (x < shape[1]) & (y > -1) & (y < shape[0]))


def charted(matrix: Matrix, origin: NDArray[np.float64], shape: tuple[int, ...]) -> Chart:
    """The chart of an unbent picture.

    `matrix` takes tile to canvas frequencies, `origin` (x, y) is where a tile begins, in tile pixels, and shape the
    canvas's (height, width).
    """
    height, width = shape
    to_tile = matrix.T
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ to_tile.T - origin
    first = np.floor(corners.min(axis=0) / TILE + _SLIVER) * TILE
    columns, rows = (np.ceil((corners.max(axis=0) - first) / TILE - _SLIVER) * (TILE // NODE)).astype(int)
    x, y = np.meshgrid((np.arange(columns) + 0.5) * NODE, (np.arange(rows) + 0.5) * NODE)
    inside_tiles = np.stack([x, y], axis=-1) + first + origin
    return Chart(inside_tiles @ np.linalg.inv(to_tile).T - 0.5)


def places(shape: tuple[int, ...], size: tuple[int, int]) -> Places:
    """Places, in tiles, of a grid that covers a field of (width, height) tile pixels from its corner."""
    x, y = (
        np.arange(count) * length / count / TILE for count, length in zip(shape[1::-1], size, strict=True)
    )
    return np.stack(np.meshgrid(x, y), axis=-1)


def at_places(by_node: NDArray[np.float32], at: Places) -> NDArray[np.float32]:
    """Values known at the nodes, at places in tiles."""
    x, y = np.moveaxis(at.astype(np.float32) * (TILE / NODE) - np.float32(0.5), 2, 0)
    return np.asarray(cv2.remap(by_node, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def at_nodes(by_place: Places, shape: tuple[int, ...]) -> Places:
    """Values known on a grid that covers the field, at the nodes."""
    rows, columns = (
        (np.arange(nodes) + 0.5) * places / nodes
        for nodes, places in zip(shape, by_place.shape[:2], strict=False)
    )
    x, y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    known = by_place.astype(np.float32)
    return np.asarray(cv2.remap(known, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float64)
