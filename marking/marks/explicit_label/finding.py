"""Find our visible label in a picture, or in a copy of it that was resized, recompressed or slightly cropped.

The glyphs of every wording are correlated (Pearson's coefficient) with the four corners of the picture, at the
few sizes that the 5 % rule allows. Metadata and the rest of the picture play no part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.placing import (
    HEIGHT_SHARE,
    LEGIBLE_HEIGHT,
    MARGIN_SHARE,
    Corner,
    require_rgb,
)
from marking.marks.explicit_label.plate import plate_coverage
from marking.marks.explicit_label.wording import Wording
from marking.marks.shrinking import shrunk

WORKING_HEIGHT = 12
"""Capital height in pixels to which a corner is resized before it is compared."""
SMALLEST_SHARE, LARGEST_SHARE = 0.047, 0.062
"""Capital heights looked for, over the short side: the rule's 5 %, after cropping, and after rounding up."""
COARSE_STEP = 1.05
"""Ratio of two sizes looked for next to each other at first."""
FINE_FACTORS = tuple(1 + 0.005 * step for step in range(-6, 7))
"""Sizes looked for around the best coarse one."""
SLACK_SHARE = 0.1
"""How far from its place a label is looked for, over the short side, because copies are cropped or framed."""
SMALLEST_HEIGHT = 4
"""Capital height in pixels below which no letters are left to look for."""
LOOKED_AT = 600
"""Short side in pixels of what is looked at: twice as fine as the largest letters are compared."""
THRESHOLD = 0.68
"""Correlation from which a label counts as found.

Best scores of 600 synthetic pictures of each kind without our label, sides 64 to 400 pixels
(``null_distribution`` in the tests, seed 7; median, 99th percentile, largest): noise 0.30, 0.40, 0.42; shapes
0.31, 0.45, 0.48; gratings 0.21, 0.42, 0.49; pages of text 0.33, 0.47, 0.55; other words on a plate like ours 0.42,
0.52, 0.56; words that share letters with a label, such as AI and two other characters, 0.55, 0.67, 0.70. The
threshold lies above the 99th percentile of the last, hardest kind. A Gumbel law through the median and the
largest score of the kind before it, which is an extrapolation, passes it three times in a million.
"""
HOPELESS = 0.6 * THRESHOLD
"""Correlation at a coarse size, below which no finer one is looked for: letters lose a third of theirs between two coarse sizes."""
LONGER_WORDING_TOLERANCE = 0.12
"""How far a longer wording may score below a shorter one, which is a part of it, and still be the one shown."""


@dataclass(frozen=True)
class Found:
    """A label: its wording, its plate as (x, y, width, height) in pixels, and its correlation (-1 to 1)."""

    wording: Wording
    box: tuple[int, int, int, int]
    score: float


@dataclass(frozen=True)
class _Match:
    """The best place of a text at one size in one corner."""

    score: float
    box: tuple[int, int, int, int]
    lines: tuple[str, ...]
    capital_height: float
    corner: Corner


def find(rgb: NDArray[np.uint8]) -> Found | None:
    """Return the label of ``rgb`` (height, width, 3; uint8), or ``None`` if no corner shows one."""
    passed = [found for found in best_matches(rgb) if found.score >= THRESHOLD]
    if not passed:
        return None
    best = max(found.score for found in passed)
    close = [found for found in passed if found.score >= best - LONGER_WORDING_TOLERANCE]
    return max(close, key=lambda found: len(found.wording))


def best_matches(rgb: NDArray[np.uint8]) -> list[Found]:
    """Return the best match of every wording, however weak; none of a wording that does not fit."""
    require_rgb(rgb)
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    scale = min(1.0, LOOKED_AT / min(luma.shape))
    small = luma if scale == 1 else _resized(luma, scale)
    return [_scaled(found, 1 / scale) for wording in Wording for found in _best_of(wording, small)]


def _scaled(found: Found, factor: float) -> Found:
    x, y, width, height = (round(factor * each) for each in found.box)
    return Found(found.wording, (x, y, width, height), found.score)


def _best_of(wording: Wording, luma: NDArray[np.uint8]) -> list[Found]:
    """Look in every corner at every size, then at sizes around the best match, if it may be one: long words need exact ones."""
    short_side = min(luma.shape)
    heights = _capital_heights(short_side)
    coarse = [
        match
        for lines in _likely_layouts(wording, short_side)
        for corner in Corner
        for match in _matches(luma, lines, corner, heights)
    ]
    if not coarse:
        return []
    best = max(coarse, key=lambda match: match.score)
    if best.score < HOPELESS:
        return [Found(wording, best.box, best.score)]
    fine = _matches(luma, best.lines, best.corner, [best.capital_height * factor for factor in FINE_FACTORS])
    best = max([best, *fine], key=lambda match: match.score)
    return [Found(wording, best.box, best.score)]


def _capital_heights(short_side: int) -> list[float]:
    """Return the heights in pixels to look for; small pictures have letters above the rule's 5 %."""
    largest = max(LARGEST_SHARE * short_side, COARSE_STEP * LEGIBLE_HEIGHT)
    smallest = max(SMALLEST_SHARE * short_side, SMALLEST_HEIGHT)
    steps = math.ceil(math.log(largest / smallest) / math.log(COARSE_STEP))
    return [smallest * COARSE_STEP**step for step in range(steps + 1)]


def _likely_layouts(wording: Wording, short_side: int) -> tuple[tuple[str, ...], ...]:
    """Return one line, which always fits where the 5 % rule sets the size, and stacks for smaller pictures."""
    return wording.layouts if HEIGHT_SHARE * short_side < LEGIBLE_HEIGHT else wording.layouts[:1]


@lru_cache(maxsize=32)
def _template(lines: tuple[str, ...]) -> NDArray[np.uint8]:
    return plate_coverage(lines, WORKING_HEIGHT)


def _matches(
    luma: NDArray[np.uint8], lines: tuple[str, ...], corner: Corner, capital_heights: Iterable[float]
) -> list[_Match]:
    """Return the best place of ``lines`` in ``corner`` for every height whose plate fits into the picture."""
    matches = (_match(luma, lines, corner, height) for height in capital_heights)
    return [match for match in matches if match is not None]


def _match(
    luma: NDArray[np.uint8], lines: tuple[str, ...], corner: Corner, capital_height: float
) -> _Match | None:
    template = _template(lines)
    scale = WORKING_HEIGHT / capital_height
    reach = MARGIN_SHARE * capital_height + SLACK_SHARE * min(luma.shape)
    x, y, window = _corner_window(
        luma, corner, template.shape[1] / scale + reach, template.shape[0] / scale + reach
    )
    resized = _resized(window, scale)
    if resized.shape[0] < template.shape[0] or resized.shape[1] < template.shape[1]:
        return None
    _, score, _, (left, top) = cv2.minMaxLoc(cv2.matchTemplate(resized, template, cv2.TM_CCOEFF_NORMED))
    place = (x + round(left / scale), y + round(top / scale))
    size = (round(template.shape[1] / scale), round(template.shape[0] / scale))
    return _Match(float(score), (*place, *size), lines, capital_height, corner)


def _corner_window(
    luma: NDArray[np.uint8], corner: Corner, width: float, height: float
) -> tuple[int, int, NDArray[np.uint8]]:
    """Return the top-left pixel (x, y) and the pixels of a window in ``corner``, cut at the picture's edges."""
    rows, columns = min(luma.shape[0], math.ceil(height)), min(luma.shape[1], math.ceil(width))
    x = 0 if corner.is_left else luma.shape[1] - columns
    y = 0 if corner.is_top else luma.shape[0] - rows
    return x, y, luma[y : y + rows, x : x + columns]


def _resized(window: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    size = (max(1, round(window.shape[1] * scale)), max(1, round(window.shape[0] * scale)))
    if scale < 1:
        return shrunk(window, size)
    return np.asarray(cv2.resize(window, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
