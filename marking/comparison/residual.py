"""Where an upload differs from what is expected there by more than recompression, resizing, filters or noise explain.

Two questions are asked of every place.

*Does the fine structure differ?* The variance of the difference, over a window of about 21 pixels, against the variance that
copying explains there. Copying spoils most where most is going on, so what it explains is taken from the picture
itself: what JPEG would spoil of it at each place, what a fraction of a pixel's displacement would, and an even
noise. In which proportion they stand is chosen by the upload: that under which its own variances scatter least. Their
level and scatter are then the upload's own too, from the places that are alike; the threshold lies `_DEVIATIONS` of that scatter above
its median, and never below `_LEAST_RATIO` times it.

*Does the colour differ?* The mean of the difference in luma and chroma, over the same window, against the scatter of
these means, in the same way.

Neither counts below a physical bound, whatever the upload's scatter: a change of structure of `_LEAST_CONTRAST` grey levels,
and one of a mean by `_LEAST_SHIFT`, twice the tolerance to which tones are fitted (see `tone.TOLERANCE`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.blurring import blurred
from marking.comparison.detail import luma
from marking.comparison.laying import Mask, Pixels
from marking.comparison.tone import TOLERANCE

Map = NDArray[np.float32]

WINDOW = 5.0
"""Deviation of the Gaussian window in grid pixels: its weight is that of a square of about 21 pixels."""

REACH = 5
"""Grid pixels around a change that are off too, over the window for outlines: two of its deviations."""

_FINE_WINDOW = 2.5  # the same, for the outlines
_SMOOTHED = (
    0.8  # grid pixels over which the difference is averaged first, because dither and noise say nothing
)
_DEVIATIONS = 4.5
_LEAST_RATIO = 5.0  # of variances
_LEAST_CONTRAST = 5.0  # grey levels, root of the mean square
_LEAST_SHIFT = 2 * TOLERANCE  # grey levels
_INDEXED_SHIFT = 35.0  # grey levels: half the diagonal of a cell, where 256 colours share all colours evenly
_PALETTE = 256  # colours
_MOST_ASKED = 60_000  # pixels for which colours are counted
_FEW_ASKED = 2_000  # the same, which mostly tell
_QUALITIES = (None, 80, 50, 25)  # of JPEG
_DISPLACEMENTS = (0.05, 0.15, 0.5)  # grid pixels
_NOISES = (1.0, 3.0, 8.0)  # grey levels
_STEP = 4  # grid pixels from one sample to the next
_FEWEST = 50  # samples
_MOST_TRIED = 5000  # samples that mixtures are tried on
_GREY = np.float32(0.5)  # OpenCV's middle of chroma
_QUIETEST_SCATTER = 0.25  # of the logarithm, or of means in grey levels


@dataclass(frozen=True, eq=False)
class Residual:
    """How far each place is beyond what copying explains, (H, W): 1 is the threshold.

    ``strength``: over the window that decides; ``fine``: over a smaller one, that tells where a change ends;
    ``structure`` and ``shift`` say how much of the strength is which.
    """

    strength: Map
    fine: Map
    structure: Map
    shift: Map

    def outside(self, place: Mask) -> Self:
        """Return the same without what a place, (H, W), and its surroundings, as far as the window sees it, are beyond."""
        reach = np.ones((2 * round(2 * WINDOW) + 1,) * 2, np.uint8)
        left = cv2.dilate(place.astype(np.uint8), reach) == 0
        return type(self)(*(each * left for each in (self.strength, self.fine, self.structure, self.shift)))


def has_palette(rgb: NDArray[np.uint8]) -> bool:
    """Return whether a picture, uint8 (H, W, 3), has the few colours of a GIF or an indexed PNG; greys are none."""
    step = max(1, int((rgb.shape[0] * rgb.shape[1] / _MOST_ASKED) ** 0.5))
    some = rgb[::step, ::step].reshape(-1, 3).astype(np.uint32)
    colours = some @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    if np.unique(colours[:: max(1, colours.size // _FEW_ASKED)]).size > _PALETTE:
        return False
    return not (some == some[:, :1]).all() and np.unique(colours).size <= _PALETTE


def residual(
    expected: Pixels, upload: Pixels, valid: Mask, asked: Mask, *, is_indexed: bool = False
) -> Residual:
    """Compare an upload with what is expected: float32 (H, W, 3), 0 to 255; only ``valid`` places, (H, W), count.

    ``asked``: (H, W), the places that tell what copying explains. ``is_indexed``: the upload has a palette, so that colours lie farther off.
    """
    shown = valid.astype(np.uint8)
    difference = cv2.copyTo(cv2.GaussianBlur(cv2.subtract(upload, expected), (0, 0), _SMOOTHED), shown)
    brightness, *chroma = cv2.split(np.asarray(cv2.cvtColor(difference, cv2.COLOR_RGB2YCrCb), np.float32))
    parts = [np.asarray(each, np.float32) for each in (brightness, *(each - _GREY for each in chroma))]
    structures = _structure(parts[0], expected, asked)
    shifts = _shift(parts, asked, _INDEXED_SHIFT if is_indexed else _LEAST_SHIFT)
    wide, fine = (cv2.max(*pair) for pair in zip(structures, shifts, strict=True))
    found = (
        np.asarray(cv2.copyTo(each, shown), np.float32) for each in (wide, fine, structures[0], shifts[0])
    )
    return Residual(*found)


def _structure(difference: Map, expected: Pixels, asked: Mask) -> tuple[Map, Map]:
    """The variance of luma over what copying explains, as a share of the threshold: wide and fine."""
    squared = np.square(difference)
    wide, fine = (blurred(squared, sigma) for sigma in (WINDOW, _FINE_WINDOW))
    explained, threshold = _explained(wide, expected, asked)
    least = np.float32(_LEAST_CONTRAST**2)
    bound = np.maximum(explained * np.float32(threshold), least)
    return np.sqrt(wide / bound), np.sqrt(fine / bound)


def _explained(variance: Map, expected: Pixels, asked: Mask) -> tuple[Map, float]:
    """The variance that copying explains, at its median, and how many times that the threshold is."""
    sources, sample = _sources(luma(expected)), _sample(asked)
    seen = np.log(sample(variance) + np.float32(0.01))
    drawn = [[(sample(each), each) for each in strengths] for strengths in sources]
    few = slice(None, None, max(1, seen.size // _MOST_TRIED))
    mixtures = list(product(*drawn))

    def scattered(mixture: tuple[tuple[Map, Map], ...], some: slice) -> tuple[float, float]:
        ratio = seen[some] - np.log(sum(sampled[some] for sampled, _ in mixture))
        return _level(ratio, _QUIETEST_SCATTER)

    best = min(mixtures, key=lambda mixture: scattered(mixture, few)[1])
    level, scatter = scattered(best, slice(None))
    explained = sum(whole for _, whole in best) * np.float32(np.exp(level))
    return np.asarray(explained, np.float32), max(_LEAST_RATIO, float(np.exp(_DEVIATIONS * scatter)))


def _sources(known: Map) -> tuple[list[Map], list[Map], list[Map]]:
    """Variances by compression, by displacement, and by noise, each at several strengths."""
    slope = sum(np.square(cv2.Sobel(known, cv2.CV_32F, *axis, scale=1 / 8)) for axis in ((1, 0), (0, 1)))
    displaced = blurred(np.asarray(slope, np.float32), WINDOW)
    return (
        [_spoilt(known, quality) for quality in _QUALITIES],
        [displaced * np.float32(step**2) for step in _DISPLACEMENTS],
        [np.broadcast_to(np.float32(noise**2 * 0.1), known.shape) for noise in _NOISES],
    )


def _spoilt(known: Map, quality: int | None) -> Map:
    """The variance of what JPEG spoils of a luma."""
    if quality is None:
        return np.zeros_like(known)
    grey = np.clip(np.rint(known), 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    spoilt = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.float32) - grey
    return blurred(np.square(np.asarray(cv2.GaussianBlur(spoilt, (0, 0), _SMOOTHED), np.float32)), WINDOW)


def _shift(parts: Sequence[Map], asked: Mask, least: float) -> tuple[Map, Map]:
    """The largest difference of a mean of luma or chroma, each (H, W), as a share of its threshold: wide and fine."""
    sample = _sample(asked)
    shares = []
    for part in parts:
        wide, fine = (np.abs(blurred(part, sigma)) for sigma in (WINDOW, _FINE_WINDOW))
        level, scatter = _level(sample(wide), _QUIETEST_SCATTER)
        bound = np.float32(max(least, level + 2 * _DEVIATIONS * scatter))
        shares.append((wide / bound, fine / bound))
    wide, fine = (reduce(np.maximum, each) for each in zip(*shares, strict=True))
    return wide, fine


def _sample(asked: Mask) -> Callable[[Map], Map]:
    """What takes a few of the places from a map, in a row; all of them where there are too few."""
    places = (slice(None, None, _STEP),) * 2
    few = asked[places]
    if few.sum() >= _FEWEST:
        return lambda each: each[places][few]
    every = asked if asked.any() else np.ones_like(asked)
    return lambda each: each[every]


def _level(values: NDArray[np.float32], least: float) -> tuple[float, float]:
    """Median and deviation, the latter from the middle of the values, on which changed places have little say."""
    ranks = [round(share * (values.size - 1)) for share in (0.25, 0.5, 0.75)]
    low, level, high = np.partition(values, ranks)[
        ranks
    ]  # quantiles between two values take five times as long
    return float(level), max(float(high - low) / 1.349, least)
