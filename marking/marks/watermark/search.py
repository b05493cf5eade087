"""Search all turns and sizes, then all stretches, for the pilots at once.

Sampled over (angle, log radius), the spectrum of a picture that was turned or resized is shifted (Casasent and Psaltis,
doi:10.1364/AO.15.001795); sampled over (log |x|, log |y|), so is that of one stretched along its sides. Adding such
a map up at the pilots' places for every shift scores all hypotheses with a few dozen array additions.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import TILE, pilot_cycles
from marking.marks.watermark.geometry import Matrix, reflection
from marking.marks.watermark.spectrum import Spectrum

ANGLES = 1024  # over half a turn
LOG_STEP = 0.005  # of the logarithm of radius or side
LARGEST = 3.0  # canvas pixels for each pixel of the tile: turned and resized
NARROWEST, WIDEST = 0.4, 2.2  # the same along each side: stretched
_PEAK_RADIUS = 5  # cells around a found peak in which no second is looked for

Map = NDArray[np.uint16]  # steps of power
Scores = NDArray[np.float32]
_MIRROR_STATES = (False, True)


def turned(spectrum: Spectrum, count: int, smallest: float) -> list[Matrix]:
    """The best-scoring matrices of a picture turned, resized, or mirrored, best first, unrefined.

    `smallest` is the fewest canvas pixels looked for behind each pixel of the tile; the most are 3.
    """
    polar = _log_polar(spectrum, smallest)
    scored = [(_turned_scores(polar, smallest, mirrored), mirrored) for mirrored in _MIRROR_STATES]
    found = [
        (z, _turn(*cell, mirrored)) for score, mirrored in scored for z, cell in _peaks(score, count, True)
    ]
    return _best(found, count)


def stretched(spectrum: Spectrum, count: int) -> list[Matrix]:
    """The best-scoring matrices of an upright picture stretched along its sides or mirrored, best first, unrefined."""
    quadrants = _log_log(spectrum, 1), _log_log(spectrum, -1)
    scored = [(_stretched_scores(quadrants, mirrored), mirrored) for mirrored in _MIRROR_STATES]
    found = [
        (z, _stretch(*cell, mirrored))
        for score, mirrored in scored
        for z, cell in _peaks(score, count, False)
    ]
    return _best(found, count)


def _best(found: list[tuple[float, Matrix]], count: int) -> list[Matrix]:
    """The matrices with the highest scores."""
    return [matrix for _, matrix in sorted(found, key=lambda pair: -pair[0])[:count]]


def _log_polar(spectrum: Spectrum, smallest: float) -> Map:
    """Spectrum over angle (rows, half a turn, repeated once) and log radius (columns)."""
    radii = _log_spaced(np.hypot(*pilot_cycles().T), smallest, LARGEST)
    angles = (np.pi / ANGLES * np.arange(ANGLES)).astype(np.float32)
    polar = spectrum.at(np.outer(np.cos(angles), radii), np.outer(np.sin(angles), radii))
    return np.concatenate([polar, polar])


def _log_log(spectrum: Spectrum, side: int) -> Map:
    """Spectrum over log y (rows) and log |x| (columns), for frequencies to the right (1) or left (-1)."""
    x, y = (_log_spaced(np.abs(cycles), NARROWEST, WIDEST) for cycles in pilot_cycles().T)
    return spectrum.at_crossings(side * x, y)


def _log_spaced(cycles: NDArray[np.float64], smallest: float, largest: float) -> NDArray[np.float32]:
    """Frequencies, evenly spaced in their logarithm, where these cycles per tile may lie at all scales."""
    steps = _steps(cycles.max() / cycles.min()) + _steps(largest / smallest) + 1
    return np.asarray(cycles.min() / TILE / largest * np.exp(LOG_STEP * np.arange(steps)), np.float32)


def _steps(ratio: float) -> int:
    return round(float(np.log(ratio)) / LOG_STEP)


def _offsets(cycles: NDArray[np.float64]) -> NDArray[np.int64]:
    """Steps from the lowest of these cycles per tile to each."""
    return np.asarray(np.rint(np.log(cycles / cycles.min()) / LOG_STEP), np.int64)


def _turned_scores(polar: Map, smallest: float, mirrored: bool) -> Scores:
    """Sum over the pilots for every turn (rows) and scale (columns), in deviations from the mean."""
    x, y = (pilot_cycles() @ reflection(mirrored)).T
    rows = np.rint(np.arctan2(y, x) % np.pi * ANGLES / np.pi).astype(int) % ANGLES
    score = np.zeros((ANGLES, _steps(LARGEST / smallest)), np.uint16)
    for top, left in zip(rows, _offsets(np.hypot(x, y)), strict=True):
        score += polar[top : top + ANGLES, left : left + score.shape[1]]
    return _standardised(score)


def _stretched_scores(quadrants: tuple[Map, Map], mirrored: bool) -> Scores:
    """Sum over the pilots for every height (rows) and width (columns), in deviations from the mean."""
    x, y = (pilot_cycles() @ reflection(mirrored)).T
    scales = _steps(WIDEST / NARROWEST)
    score = np.zeros((scales, scales), np.uint16)
    for left, top, points_left in zip(_offsets(np.abs(x)), _offsets(y), x < 0, strict=True):
        score += quadrants[int(points_left)][top : top + scales, left : left + scales]
    return _standardised(score)


def _standardised(score: Map) -> Scores:
    (mean,), (deviation,) = (each.ravel() for each in cv2.meanStdDev(score))
    return (score - np.float32(mean)) / np.float32(deviation + 1e-12)


def _peaks(score: Scores, count: int, rows_wrap: bool) -> Iterator[tuple[float, tuple[int, int]]]:
    """Highest cells, each with its surroundings taken out before the next."""
    left = score.copy()
    for _ in range(count):
        row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        yield float(left[row, column]), (row, column)
        rows = np.arange(row - _PEAK_RADIUS, row + _PEAK_RADIUS + 1)
        rows = rows % len(left) if rows_wrap else np.clip(rows, 0, len(left) - 1)
        left[rows, max(0, column - _PEAK_RADIUS) : column + _PEAK_RADIUS + 1] = -np.inf


def _turn(row: int, column: int, mirrored: bool) -> Matrix:
    """The matrix of a cell of the search over turns."""
    angle = np.pi / ANGLES * row
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(turn @ reflection(mirrored) * np.exp(LOG_STEP * column) / LARGEST)


def _stretch(row: int, column: int, mirrored: bool) -> Matrix:
    """The matrix of a cell of the search over stretches."""
    return np.asarray(np.diag(np.exp(LOG_STEP * np.array([column, row])) / WIDEST) @ reflection(mirrored))
