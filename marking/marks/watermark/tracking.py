"""Follow the tile where a picture was bent: photographed askew, put in perspective, or warped.

A chart says where on the canvas each place of a field of tiles lies. Laid out by it, the canvas shows the pilots at the
frequencies they were written with, and the phase of each pilot around a place tells how far the tile has strayed there:
all pilots together tell it without ambiguity. The strayings are smoothed, the chart is bent by them, and so on, in
ever smaller windows. Places that say nothing follow their neighbours, so that the chart grows outwards from
where it first was right.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.chart import NODE, Chart, Places, at_nodes, at_places, places
from marking.marks.watermark.constellation import TILE, Carriers
from marking.marks.watermark.straying import heard_around, scores, summits

_SURE = 2.6  # deviations of a place's scores; what noise reaches
_OUTLIER = 1.0  # tile pixels from what the neighbours say, at which a place counts half
_FAR_SHARE = 1e-3  # weight of the whole field beside that of the neighbourhood


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
        heard = heard_around(chart.laid(whitened), step.window)
        surface = scores(heard, guides, step.reach)
        strayed, sure = summits(surface), surface.max(axis=(0, 1))
        at = places(sure.shape, chart.size)
        shown = at_places(chart.shows(whitened.shape).astype(np.float32), at) > 0.5
        weights = np.square(np.maximum(sure - _SURE, 0)) * shown * _nearness(chart, at, anchor, step.around)
        if not weights.any() or sure[shown].mean() < step.hope:
            return None
        smooth = _fitted_robustly(at, strayed, weights, step.smoothing)
        chart = chart.bent(at_nodes(smooth, chart.nodes.shape))
    return chart


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
