"""Look for a mark: whiten, propose places for the tile, and decode at each until a check holds."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.canvas import CANVAS_SIDE, luma_canvas, marking_side, require_picture
from marking.marks.watermark.demodulation import Lock, fold, lock, soft_symbols
from marking.marks.watermark.embedding import DEFAULT_KEY
from marking.marks.watermark.synchronisation import Matrix, hypotheses, refined, spectrum_of, upright
from marking.marks.watermark.whitening import whiten

SEARCHED_PLACES = 10  # best places of the blind search that are tried
MAXIMUM_PLACES = SEARCHED_PLACES + 2  # with the two that a picture which was only resized may have
SMALLEST_SEARCHED = 32  # picture pixels along the short side; smaller ones hold no mark that could be read
_LONGEST = 3  # short sides; of a longer picture the middle is looked at
_WEAKEST_LOCK = 4.5  # deviations; below, not even a decode is tried (true locks lie above 6)


@dataclass(frozen=True)
class Geometry:
    """How the marked picture was turned and resized, as far as the mark tells.

    scale: picture pixels for each pixel of the tile's canvas; rotation_degrees: -180 to 180, clockwise, after any
    mirroring; mirrored: left and right swapped; shift: (x, y) of the tile's origin in tile pixels, modulo 128.
    """

    scale: float
    rotation_degrees: float
    mirrored: bool
    shift: tuple[float, float]


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
                geometry = _geometry(matrix, locked, zoom)
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
    for matrix in hypotheses(spectrum, SEARCHED_PLACES):
        yield [refined(spectrum, matrix), matrix]


def _geometry(matrix: Matrix, locked: Lock, zoom: float) -> Geometry:
    """The matrix in words; zoom is canvas pixels for each picture pixel."""
    mirrored = bool(np.linalg.det(matrix) < 0)
    turn = matrix @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    degrees = math.degrees(math.atan2(turn[1, 0] - turn[0, 1], turn[0, 0] + turn[1, 1]))
    degrees = (degrees + (360 if locked.half_turn else 180)) % 360 - 180
    scale = 1 / math.sqrt(abs(float(np.linalg.det(matrix)))) / zoom
    return Geometry(scale, degrees, mirrored, locked.shift)
