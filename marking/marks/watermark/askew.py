"""Search turns, sizes, and shears together, for a picture that stands nearly upright or mirrored.

A picture seen askew is, in any small part, turned by a little, resized, and sheared. A pure shear moves each pilot to
another angle and radius before the turn and the size shift them all; so the map of :mod:`search` over (angle, log
radius) is added up once for each of a few shears, over the turns and sizes nearby only.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import TILE, pilot_cycles
from marking.marks.watermark.geometry import Matrix, reflection
from marking.marks.watermark.spectrum import LOUDEST_STEPS, Spectrum

# In wider steps most is found as well, but now and then a picture in perspective is lost.
ANGLES = 480  # over half a turn
LOG_STEP = 0.009  # of the logarithm of radius
FURTHEST_TURN = np.radians(12)
SMALLEST, LARGEST = 0.6, 1.7  # canvas pixels for each pixel of the tile
SHEAR_STEP, FURTHEST_SHEAR = (
    0.025,
    0.08,
)  # share by which one direction is longer and the one across it shorter
_LEVELS, _ADDED = 31, 8  # levels of power in this search, and pilots whose levels add up to 8 bits
_SIZES = int(np.log(LARGEST / SMALLEST) / LOG_STEP)
_TURNS = int(2 * FURTHEST_TURN / np.pi * ANGLES)


class _Shear(NamedTuple):
    """A shear, and mirroring, with the rows and columns of the map at which its pilots' scores begin."""

    matrix: Matrix
    corners: list[tuple[int, int]]


def askew(spectra: Sequence[Spectrum], count: int) -> list[list[Matrix]]:
    """For each spectrum the best-scoring matrices of a picture seen askew, best first, unrefined; each of another shear.

    Spectra that are searched together cost little more than one.
    """
    polar = _log_polar(spectra)
    best = np.array([_best(polar, shear) for shear in _shears()])
    order = np.argsort(-best[..., 0], axis=0, kind="stable")[:count]
    return [
        [_matrix(*divmod(int(best[at, each, 1]), _SIZES), _shears()[at].matrix) for at in shears]
        for each, shears in enumerate(order.T)
    ]


def _best(polar: NDArray[np.uint8], shear: _Shear) -> NDArray[np.int64]:
    """The highest score of each spectrum under a shear, and its cell: (spectra, 2)."""
    score = np.zeros((_TURNS, _SIZES, polar.shape[2]), np.uint16)
    for first in range(0, len(shear.corners), _ADDED):
        part = np.zeros(score.shape, np.uint8)
        for top, left in shear.corners[first : first + _ADDED]:
            part += polar[top : top + _TURNS, left : left + _SIZES]
        score += part
    cells = np.ascontiguousarray(score.reshape(-1, polar.shape[2]).T)
    cell = cells.argmax(axis=1)
    return np.stack([cells[np.arange(cell.size), cell], cell], axis=1).astype(np.int64)


def _log_polar(spectra: Sequence[Spectrum]) -> NDArray[np.uint8]:
    """Spectra, side by side and in few levels, over angle (rows, half a turn, repeated once) and log radius (columns)."""
    least, most = _radii()
    steps = np.arange(int(np.log(most / least) / LOG_STEP) + 2)
    radii = (least * np.exp(LOG_STEP * steps)).astype(np.float32)
    angles = (np.pi / ANGLES * np.arange(ANGLES)).astype(np.float32)
    x, y = np.outer(np.cos(angles), radii), np.outer(np.sin(angles), radii)
    levels = (spectrum.at(x, y) * np.uint16(_LEVELS) // np.uint16(LOUDEST_STEPS) for spectrum in spectra)
    polar = np.stack([level.astype(np.uint8) for level in levels], axis=-1)
    return np.concatenate([polar, polar])


@lru_cache(maxsize=1)
def _shears() -> tuple[_Shear, ...]:
    """All shears of the search, mirrored too."""
    steps = np.arange(-2, 3) * SHEAR_STEP
    pairs = [(a, b) for a in steps for b in steps if np.hypot(a, b) <= FURTHEST_SHEAR]
    shears = [np.array([[1 + a, b], [b, 1 - a]]) for a, b in pairs]
    return tuple(_placed(reflection(mirrored) @ shear) for shear in shears for mirrored in (False, True))


def _placed(matrix: Matrix) -> _Shear:
    """A shear with where its pilots lie in the map, at the least turn and the largest size."""
    x, y = (pilot_cycles() / TILE @ matrix.T).T
    rows = np.rint((np.arctan2(y, x) - FURTHEST_TURN) % np.pi * ANGLES / np.pi).astype(int) % ANGLES
    columns = np.rint(np.log(np.hypot(x, y) / LARGEST / _radii()[0]) / LOG_STEP).astype(int)
    return _Shear(matrix, list(zip(rows.tolist(), columns.tolist(), strict=True)))


def _radii() -> tuple[float, float]:
    """Least and greatest frequency, in cycles per canvas pixel, at which a pilot may lie."""
    cycles = np.hypot(*pilot_cycles().T) / TILE
    least, most = cycles.min() * (1 - FURTHEST_SHEAR), cycles.max() * (1 + FURTHEST_SHEAR)
    return float(least / LARGEST), float(most / SMALLEST)


def _matrix(row: int, column: int, shear: Matrix) -> Matrix:
    """The matrix of a cell of the search."""
    angle = row * np.pi / ANGLES - FURTHEST_TURN
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(turn @ shear / (LARGEST * np.exp(-LOG_STEP * column)))
