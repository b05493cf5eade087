"""Look for a mark: whiten, propose places for the tile, and decode at each until a check holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.canvas import CANVAS_SIDE, luma_canvas, marking_side, require_picture
from marking.marks.watermark.demodulation import Lock, fold, lock, soft_symbols
from marking.marks.watermark.embedding import DEFAULT_KEY
from marking.marks.watermark.geometry import Geometry, Matrix, describe, upright
from marking.marks.watermark.refinement import refined
from marking.marks.watermark.search import stretched, turned
from marking.marks.watermark.spectrum import spectrum_of
from marking.marks.watermark.whitening import whiten

TURNED_PLACES = 10  # best places of the search over turns and sizes that are tried
STRETCHED_PLACES = 6  # the same of the search over stretches
MAXIMUM_PLACES = 2 + TURNED_PLACES + STRETCHED_PLACES  # with the two of a picture that was at most resized
SMALLEST_SEARCHED = 32  # picture pixels along the short side; smaller ones hold no mark that could be read
_LONGEST = 3  # short sides; of a longer picture the middle is looked at
# Canvas pixels for each pixel of the tile: at 0.4 of a full canvas the picture is a part of a larger one, at 0.25 of a
# smaller canvas it was shrunk to a thumbnail.
_SMALLEST_SHARE, _SMALLEST_SCALE = 0.4, 0.25
_WEAKEST_LOCK = 4.5  # deviations; below, not even a decode is tried (true locks lie above 6)


@dataclass(frozen=True)
class Detection:
    """A mark that was found.

    payload: 48 bits; confidence: agreement of the received symbols with the payload's own, 0 to 1, about 0.5 where
    reading begins to fail and near 1 for an untouched picture. The check, not the confidence, makes it certain.
    """

    payload: int
    confidence: float
    geometry: Geometry


def detect(rgb: NDArray[np.uint8], *, key: bytes = DEFAULT_KEY) -> Detection | None:
    """The mark under the key in a picture, uint8 (H, W, 3), or None.

    Raises ValueError for another dtype or shape. A picture too small to carry a mark has none.
    """
    found = detect_any(rgb, [key])
    return found[1] if found else None


def detect_any(rgb: NDArray[np.uint8], keys: Sequence[bytes]) -> tuple[int, Detection] | None:
    """The mark under any of several keys, and the number of that key; the search for its place is shared.

    Raises as detect does.
    """
    require_picture(rgb)
    if min(rgb.shape[:2]) < SMALLEST_SEARCHED:
        return None
    middle = _middle(rgb)
    zoom = marking_side(*middle.shape[:2]) / min(middle.shape[:2])
    for locked, matrix in _locks(middle):
        for number, key in enumerate(keys):
            decoded = code.decode(soft_symbols(locked, key), key)
            if decoded:
                geometry = describe(matrix, zoom, locked.shift, locked.half_turn, locked.inverted)
                return number, Detection(decoded.payload, decoded.agreement, geometry)
    return None


def _middle(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a long picture, at most three short sides long."""
    longest = _LONGEST * min(rgb.shape[:2])
    top, left = (max(0, side - longest) // 2 for side in rgb.shape[:2])
    return rgb[top : top + longest, left : left + longest]


def _locks(rgb: NDArray[np.uint8]) -> Iterator[tuple[Lock, Matrix]]:
    """Places where the pilots agree, likeliest first, each worked out only when asked for."""
    side = marking_side(*rgb.shape[:2])
    whitened = whiten(luma_canvas(rgb, side))
    for group in _places(whitened, side):
        tried = [(lock(fold(whitened, matrix)), matrix) for matrix in group]
        locked, matrix = max(tried, key=lambda pair: pair[0].strength)
        if locked.strength >= _WEAKEST_LOCK:
            yield locked, matrix


def _places(whitened: NDArray[np.float32], side: int) -> Iterator[list[Matrix]]:
    """Places to try, each as one or more matrices of which the best is to be taken.

    First those of a picture never resized, or only resized from 512 or more, then what the search finds.
    """
    yield [upright(1.0)]
    if side < CANVAS_SIDE:
        yield [upright(side / CANVAS_SIDE)]
    spectrum = spectrum_of(whitened)
    smallest = max(_SMALLEST_SCALE, _SMALLEST_SHARE * side / CANVAS_SIDE)
    for matrix in turned(spectrum, TURNED_PLACES, smallest):
        yield [refined(spectrum, matrix), matrix]
    for matrix in stretched(spectrum, STRETCHED_PLACES):
        yield [refined(spectrum, matrix), matrix]
