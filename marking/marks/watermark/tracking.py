"""Follow the tile where a picture was bent: photographed askew, put in perspective, or warped.

A chart says where on the canvas each place of a field of tiles lies. Laid out by it, the canvas shows the pilots at the
frequencies they were written with, and the phase of each pilot around a place tells how far the tile has strayed there:
all pilots together tell it without ambiguity. The strayings are smoothed, the chart is bent by them, and so on, in
ever smaller windows. Places that say nothing follow their neighbours, so that the chart grows outwards from
where it first was right.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import TILE, Carriers
from marking.marks.watermark.geometry import Matrix

NODE = 32  # tile pixels from one node of a chart to the next
_SLIVER = 1e-6  # tiles that are not worth another tile
_PATCH = 2.6  # deviations of the window's transform that are kept
_SURE = 2.6  # deviations of a place's scores; what noise reaches
_OUTLIER = 1.0  # tile pixels from what the neighbours say, at which a place counts half
_FAR_SHARE = 1e-3  # weight of the whole field beside that of the neighbourhood

Places = NDArray[np.float64]  # (rows, columns, 2) as (x, y)


class Step(NamedTuple):
    """One round: lengths in tile pixels.

    window: deviation of the Gaussian in which a straying is measured; reach: the furthest straying; smoothing: deviation
    of the Gaussian over which strayings are fitted, None for one affine fit; around: deviation of the neighbourhood of
    the anchor that counts, None for everywhere; hope: mean score of the places, in deviations, below which there is
    nothing to follow.
    """

    window: float
    reach: int
    smoothing: float | None
    around: float | None = None
    hope: float = 0.0


@dataclass(frozen=True)
class Chart:
    """Where a field of whole tiles lies on the canvas.

    nodes: places (rows, columns, 2), as (x, y) in canvas pixels counted from the middle of the first pixel, of the
    middles of squares of 32 x 32 tile pixels.
    """

    nodes: Places

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the field in tile pixels."""
        return self.nodes.shape[1] * NODE, self.nodes.shape[0] * NODE

    def laid(self, whitened: NDArray[np.float32]) -> NDArray[np.float32]:
        """The canvas as the chart lays it out, (rows * 32, columns * 32), 0 beyond its edges."""
        x, y = cv2.split(cv2.resize(self.nodes.astype(np.float32), self.size))
        return np.asarray(cv2.remap(whitened, x, y, cv2.INTER_LINEAR), np.float32)

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


def followed(
    whitened: NDArray[np.float32],
    chart: Chart,
    guides: Carriers,
    steps: tuple[Step, ...],
    anchor: tuple[float, float],
) -> Chart | None:
    """The chart bent to where the pilots are, or None where they are not.

    `anchor` (x, y) is the canvas place around which the chart is right to begin with.
    """
    for step in steps:
        heard = _heard(chart.laid(whitened), guides, step.window)
        strayed, scores = _strayed(heard, guides, step.reach)
        at = _places(strayed.shape, chart.size)
        shown = _at_places(chart.shows(whitened.shape).astype(np.float32), at) > 0.5
        weights = np.square(np.maximum(scores - _SURE, 0)) * shown * _nearness(chart, at, anchor, step.around)
        if not weights.any() or scores[shown].mean() < step.hope:
            return None
        smooth = _fitted_robustly(at, strayed, weights, step.smoothing)
        chart = chart.bent(_at_nodes(smooth, chart.nodes.shape))
    return chart


def loudness(laid: NDArray[np.float32], guides: Carriers, window: float) -> NDArray[np.float32]:
    """How loud the pilots are around each place of a field laid out right: 0 or more, same shape, the mean being 1."""
    heard = _heard(laid, guides, window)
    loud = np.maximum(np.tensordot(guides.amplitude, heard.real, 1), 0).astype(np.float32)
    loud = cv2.GaussianBlur(loud, (0, 0), 1.0) + np.float32(0.05 * loud.mean() + 1e-12)
    return np.asarray(cv2.resize(loud / loud.mean(), laid.shape[::-1]), np.float32)


def _heard(laid: NDArray[np.float32], guides: Carriers, window: float) -> NDArray[np.complex64]:
    """What each pilot brings around each place, with its own phase taken out: (pilots, rows, columns).

    A patch of the spectrum around the pilot, under a Gaussian, is the transform of what the window shows of it.
    """
    height, width = laid.shape
    spectrum = np.fft.rfft2(laid.T)
    spread = np.array([height, width]) / (2 * np.pi * window)
    down, across = (_around_zero(reach) for reach in np.ceil(_PATCH * spread).astype(int))
    bell = np.outer(*(np.exp(-np.square(at / s) / 2) for at, s in zip((down, across), spread, strict=True)))
    x, y = guides.cycles.T
    rows = (y * (height // TILE))[:, None, None] + down[:, None]
    columns = ((x * (width // TILE))[:, None, None] + across) % width
    patches = spectrum[columns, np.clip(rows, 0, height // 2)] * (bell * (rows >= 0)).astype(np.float32)
    level = np.sqrt(np.square(np.abs(patches)).mean(axis=(1, 2), keepdims=True)) + 1e-9
    heard = np.fft.ifft2(np.fft.ifftshift(patches, axes=(1, 2)))
    return np.asarray(heard / level * guides.rotors.conj()[:, None, None], np.complex64)


def _around_zero(reach: int) -> NDArray[np.int64]:
    """At least the bins from -reach to reach; as many as are fast to transform."""
    count = int(cv2.getOptimalDFTSize(2 * reach + 1))
    return np.arange(count) - count // 2


def _strayed(
    heard: NDArray[np.complex64], guides: Carriers, reach: int
) -> tuple[Places, NDArray[np.float32]]:
    """How far the tile strayed at each place, up to `reach` tile pixels, and how surely, in deviations."""
    steps = np.arange(-reach, reach + 1)
    x, y = (part.ravel() for part in np.meshgrid(steps, steps))
    turns = 2 * np.pi / TILE * (guides.cycles @ np.stack([x, y]))
    wave = guides.amplitude[:, None] * np.exp(-1j * turns)
    flat = heard.reshape(len(heard), -1).T
    scores = np.hstack([flat.real, -flat.imag]) @ np.vstack([wave.real, wave.imag]).astype(np.float32)
    scores /= scores.std(axis=1, keepdims=True) + np.float32(1e-9)
    surface = scores.reshape(*heard.shape[1:], steps.size, steps.size)
    strayed = _summits(surface.reshape(-1, steps.size, steps.size)) - reach
    return strayed.reshape(*heard.shape[1:], 2), surface.max(axis=(2, 3))


def _summits(surface: NDArray[np.float32]) -> NDArray[np.float64]:
    """Place (x, y) of the highest point of each square of a stack (n, side, side), between its cells."""
    count, side, _ = surface.shape
    row, column = np.divmod(surface.reshape(count, -1).argmax(axis=1), side)
    inner_row, inner_column = np.clip(row, 1, side - 2), np.clip(column, 1, side - 2)
    each = np.arange(count)
    right = _vertex(*(surface[each, inner_row, inner_column + step] for step in (-1, 0, 1)))
    down = _vertex(*(surface[each, inner_row + step, inner_column] for step in (-1, 0, 1)))
    exact = column + right * (column == inner_column), row + down * (row == inner_row)
    return np.stack(exact, axis=1)


def _vertex(
    before: NDArray[np.float32], here: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Offset (-0.5 to 0.5) of the top of the parabola through three points."""
    bend = 2 * here - before - after
    return np.clip(np.where(bend > 0, (after - before) / (2 * np.maximum(bend, 1e-9)), 0), -0.5, 0.5)


def _places(shape: tuple[int, ...], size: tuple[int, int]) -> Places:
    """Places, in tiles, of a grid that covers a field of (width, height) tile pixels from its corner."""
    x, y = (
        np.arange(count) * length / count / TILE for count, length in zip(shape[1::-1], size, strict=True)
    )
    return np.stack(np.meshgrid(x, y), axis=-1)


def _at_places(by_node: NDArray[np.float32], at: Places) -> NDArray[np.float32]:
    """Values known at the nodes, at places in tiles."""
    x, y = np.moveaxis(at.astype(np.float32) * (TILE / NODE) - np.float32(0.5), 2, 0)
    return np.asarray(cv2.remap(by_node, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _at_nodes(by_place: Places, shape: tuple[int, ...]) -> Places:
    """Values known on a grid that covers the field, at the nodes."""
    rows, columns = (
        (np.arange(nodes) + 0.5) * places / nodes
        for nodes, places in zip(shape, by_place.shape[:2], strict=False)
    )
    x, y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    known = by_place.astype(np.float32)
    return np.asarray(cv2.remap(known, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float64)


def _nearness(
    chart: Chart, at: Places, anchor: tuple[float, float], around: float | None
) -> NDArray[np.float32] | float:
    """Weight of each place by its distance from the anchor, which is a canvas place."""
    if around is None:
        return 1.0
    distance = np.square(chart.nodes - anchor).sum(axis=2)
    row, column = np.unravel_index(distance.argmin(), distance.shape)
    middle = (np.array([column, row]) + 0.5) * NODE / TILE
    squared = np.square(at - middle).sum(axis=2)
    return np.asarray(np.exp(-squared / (2 * (around / TILE) ** 2)), np.float32)


def _fitted_robustly(
    at: Places, strayed: Places, weights: NDArray[np.float32], smoothing: float | None
) -> Places:
    """Strayings smoothed, without those that their neighbours contradict."""
    trusted = weights.astype(np.float64)
    for _ in range(2):
        missed = np.square(strayed - _fitted(at, strayed, trusted, smoothing)).sum(axis=2)
        trusted = weights / (1 + missed / _OUTLIER**2)
    return _fitted(at, strayed, trusted, smoothing)


def _fitted(at: Places, strayed: Places, weights: NDArray[np.float64], smoothing: float | None) -> Places:
    """Weighted local linear regression (Cleveland, doi:10.1080/01621459.1979.10481038) under a Gaussian, at each place."""
    base = np.concatenate([np.ones((*at.shape[:2], 1)), at], axis=2)
    weighted = weights[..., None] * base
    moments = np.concatenate(
        [weighted[..., None] * base[..., None, :], weighted[..., None] * strayed[..., None, :]], 3
    )
    total = moments.sum(axis=(0, 1))
    near = 0 if smoothing is None else _blurred(moments, at, smoothing)
    local = near + _FAR_SHARE * total
    normal = local[..., :3] + 1e-9 * np.trace(total[:, :3]) * np.eye(3)
    slopes = np.linalg.solve(normal, local[..., 3:])
    return np.asarray(np.einsum("...i,...ik->...k", base, np.broadcast_to(slopes, (*at.shape[:2], 3, 2))))


def _blurred(moments: NDArray[np.float64], at: Places, smoothing: float) -> NDArray[np.float64]:
    """Sums of moments (rows, columns, …) under a Gaussian with a top of 1."""
    rows, columns = at.shape[:2]
    flat = moments.reshape(rows, columns, -1)
    across, down = (_bell(at[..., 0][0], smoothing), _bell(at[..., 1][:, 0], smoothing))
    return np.asarray(np.einsum("ra,sb,abm->rsm", down, across, flat, optimize=True).reshape(moments.shape))


def _bell(at: NDArray[np.float64], smoothing: float) -> NDArray[np.float64]:
    """Weights (n, n) between places (n,) in tiles."""
    return np.asarray(np.exp(-np.square((at[:, None] - at) * (TILE / smoothing)) / 2))
