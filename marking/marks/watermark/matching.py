"""Follow the tile where a picture was bent a little and everywhere: all places at once, each agreeing with its neighbours.

A window small enough to be straight in a bent picture hears little more than noise. But neighbours stray nearly
alike, so that the likeliest straying of all places together, each paying for its difference from the next, is found where
no place alone would find its own (semi-global matching, Hirschmueller, IEEE Trans. Pattern Anal. Mach. Intell. 30,
2008, doi:10.1109/TPAMI.2007.1166; here along rows and then columns, and the other way round).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.chart import Chart, at_nodes
from marking.marks.watermark.constellation import Carriers
from marking.marks.watermark.straying import heard_around, scores, summits

# Deviations, for 1, 2, and 3 tile pixels between neighbours, which never differ by more.
_PENALTIES = (0.15, 0.6, 1.35)
_SMOOTHED = 1.0  # places
_MOST_CHANNELS = 128  # of an image, in OpenCV


class Match(NamedTuple):
    """One round: the deviation of the window and the furthest straying, in tile pixels."""

    window: float
    reach: int


def matched(
    whitened: NDArray[np.float32],
    chart: Chart,
    each: Sequence[Carriers],
    rounds: tuple[Match, ...],
    hope: float,
) -> Iterator[tuple[int, Chart]]:
    """The chart bent to where the pilots are, for each secret's pilots that are there, with their number.

    They are where :func:`standing` of the first round reaches the hope; up to there the work is shared.
    """
    first, *later = rounds
    heard = heard_around(chart.laid(whitened), first.window)
    for number, guides in enumerate(each):
        surface = scores(heard, guides, first.reach)
        if standing(surface) >= hope:
            yield number, _bent_on(whitened, _bent(chart, surface), guides, later)


def _bent_on(whitened: NDArray[np.float32], chart: Chart, guides: Carriers, rounds: Sequence[Match]) -> Chart:
    """The chart after further rounds."""
    for each in rounds:
        heard = heard_around(chart.laid(whitened), each.window)
        chart = _bent(chart, scores(heard, guides, each.reach))
    return chart


def _bent(chart: Chart, surface: NDArray[np.float32]) -> Chart:
    """The chart bent by the strayings on which all places agree."""
    strayed = cv2.GaussianBlur(summits(agreed(surface)), (0, 0), _SMOOTHED)
    return chart.bent(at_nodes(np.asarray(strayed, np.float64), chart.nodes.shape))


def standing(surface: NDArray[np.float32]) -> float:
    """How much speaks for the best straying of three by three neighbours, which may differ by one: mean of all places."""
    near = _most_near(surface.reshape(*surface.shape[:2], -1), 1).reshape(surface.shape)
    down = near[:, :, :-2] + near[:, :, 1:-1] + near[:, :, 2:]
    around = down[..., :-2] + down[..., 1:-1] + down[..., 2:]
    return float(around.max(axis=(0, 1)).mean()) / 9 if around.size else 0.0


def agreed(surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """What speaks for each straying at each place when all places have spoken; shapes as of `scores`."""
    return _passed(_passed(surface, 3), 2) + _passed(_passed(surface, 2), 3)


def _passed(surface: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The surface with what the places before and after say along an axis of places."""
    own = np.moveaxis(surface, axis, 0)
    total = own.copy()
    for order in (slice(None), slice(None, None, -1)):
        said = np.zeros_like(own[0])
        for place, sums in zip(own[order], total[order], strict=True):
            sums += said
            said = _nearly(place + said)
            said -= said.max(axis=(0, 1))
    return np.moveaxis(total, 0, axis)


def _nearly(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each straying (down, across, place), the most that speaks for one near it, less the difference's penalty."""
    best = said
    for apart, penalty in enumerate(_PENALTIES, 1):
        best = np.maximum(best, _most_near(said, apart) - np.float32(penalty))
    return np.asarray(best, np.float32)


def _most_near(said: NDArray[np.float32], apart: int) -> NDArray[np.float32]:
    """The most that speaks for a straying up to `apart` tile pixels from each; the places are an image's channels."""
    near = np.ones((2 * apart + 1, 2 * apart + 1), np.uint8)
    count = -(-said.shape[2] // _MOST_CHANNELS)
    parts = [cv2.dilate(np.ascontiguousarray(part), near) for part in np.array_split(said, count, axis=2)]
    return np.dstack(parts)
