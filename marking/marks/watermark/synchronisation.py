"""Find where the tile lies: every rotation, scale, and mirror state at once, from the pilots' spectral peaks.

The picture's spectrum is sampled over (angle, log radius), where turning and resizing are shifts (Casasent and
Psaltis, doi:10.1364/AO.15.001795). Adding it up at the pilots' places for every shift scores all hypotheses;
least squares on the pilots' own peaks then refines the best to a full 2 x 2 matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import PILOT_HIGHEST, PILOT_LOWEST, TILE, pilots

ANGLES = 1024  # over half a turn
RADIUS_STEP = 0.004  # of log radius
SMALLEST, LARGEST = 0.4, 3.2  # canvas pixels for each pixel of the tile that the search covers
_HIGHEST_FREQUENCY = 0.5  # cycles per canvas pixel
_FLATTENING = 25  # bins of the spectrum over which its level is taken
_LOUDEST = 14.0  # times the local level; a picture's own lines must not outvote the pilots
_PEAK_RADIUS = 6  # cells around a found peak in which no second is looked for
_REFINE_REACH = 3  # bins around the predicted place of a pilot
_REFINE_ROUNDS = 3

Matrix = NDArray[np.float64]  # (2, 2)


@dataclass(frozen=True)
class Spectrum:
    """Power over its local level, minus one, with zero frequency in the middle; shape is that of the transform."""

    power: NDArray[np.float32]

    def places(self, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
        """Columns and rows (n, 2) of frequencies in cycles per canvas pixel (n, 2)."""
        size = np.array(self.power.shape[::-1])
        return frequencies * size + size // 2


def spectrum_of(whitened: NDArray[np.float32]) -> Spectrum:
    """Flattened power spectrum of a whitened canvas."""
    height, width = whitened.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    shape = (cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width))
    half = np.fft.rfft2(whitened * window, shape)
    power = _whole(np.square(np.abs(half)).astype(np.float32), shape)
    level = cv2.blur(power, (_FLATTENING, _FLATTENING)) + np.float32(1e-3 * power.mean())
    return Spectrum(np.minimum(power / level, np.float32(_LOUDEST)) - 1)


def _whole(half: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """All frequencies, zero in the middle, from the non-negative half of a real picture's power."""
    width = shape[1]
    rest = np.roll(half[::-1], 1, axis=0)[:, 1 : (width + 1) // 2][:, ::-1]
    return np.fft.fftshift(np.concatenate([half, rest], axis=1))


def hypotheses(spectrum: Spectrum, count: int) -> list[Matrix]:
    """The best-scoring matrices (tile frequency to canvas frequency), best first, unrefined."""
    polar = _log_polar(spectrum)
    found: list[tuple[float, Matrix]] = []
    for mirrored in (False, True):
        score = _scores(polar, mirrored)
        found += [(z, _matrix(cell, mirrored)) for z, cell in _peaks(score, count)]
    found.sort(key=lambda pair: -pair[0])
    return [matrix for _, matrix in found[:count]]


def _log_polar(spectrum: Spectrum) -> NDArray[np.float32]:
    """Spectrum over angle (rows, half a turn, repeated once) and log radius (columns)."""
    lowest = PILOT_LOWEST / TILE / LARGEST
    highest = PILOT_HIGHEST / TILE / SMALLEST
    radii = lowest * np.exp(RADIUS_STEP * np.arange(round(np.log(highest / lowest) / RADIUS_STEP) + 1))
    angles = np.pi / ANGLES * np.arange(ANGLES)
    height, width = spectrum.power.shape
    columns = np.outer(np.cos(angles), radii * width).astype(np.float32) + np.float32(width // 2)
    rows = np.outer(np.sin(angles), radii * height).astype(np.float32) + np.float32(height // 2)
    polar = cv2.remap(spectrum.power, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.concatenate([polar, polar])


def _scores(polar: NDArray[np.float32], mirrored: bool) -> NDArray[np.float32]:
    """Sum over the pilots for every turn (rows) and scale (columns), in deviations from the mean."""
    x, y = pilots().cycles.T
    angle = np.arctan2(y, -x if mirrored else x) % np.pi
    row = np.rint(angle * ANGLES / np.pi).astype(int) % ANGLES
    column = np.rint(np.log(np.hypot(x, y) / PILOT_LOWEST) / RADIUS_STEP).astype(int)
    scales = round(np.log(LARGEST / SMALLEST) / RADIUS_STEP)
    score = np.zeros((ANGLES, scales), np.float32)
    for top, left in zip(row, np.maximum(column, 0), strict=True):
        score += polar[top : top + ANGLES, left : left + scales]
    return (score - score.mean()) / score.std()


def _peaks(score: NDArray[np.float32], count: int) -> Iterator[tuple[float, tuple[int, int]]]:
    """Highest cells, each with its surroundings taken out before the next."""
    left = score.copy()
    for _ in range(count):
        row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        yield float(left[row, column]), (row, column)
        near = slice(max(0, column - _PEAK_RADIUS), column + _PEAK_RADIUS + 1)
        left[np.arange(row - _PEAK_RADIUS, row + _PEAK_RADIUS + 1) % ANGLES, near] = -np.inf


def _matrix(cell: tuple[int, int], mirrored: bool) -> Matrix:
    """Tile frequency to canvas frequency for a cell of the search."""
    angle = np.pi / ANGLES * cell[0]
    scale = LARGEST * np.exp(-RADIUS_STEP * cell[1])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([-1.0 if mirrored else 1.0, 1.0]) / scale


def upright(scale: float) -> Matrix:
    """The matrix of a picture that was only resized: canvas pixels for each pixel of the tile."""
    return np.eye(2) / scale


def refined(spectrum: Spectrum, matrix: Matrix) -> Matrix:
    """The matrix fitted by weighted least squares to the pilots' peaks nearest to where it puts them."""
    cycles = pilots().cycles / TILE
    for _ in range(_REFINE_ROUNDS):
        places, weights = _nearby_peaks(spectrum, spectrum.places(cycles @ matrix.T))
        size = np.array(spectrum.power.shape[::-1])
        frequencies = (places - size // 2) / size
        normal = (cycles * weights[:, None]).T @ cycles
        if weights.sum() == 0 or np.linalg.cond(normal) > 1e6:
            return matrix
        matrix = np.linalg.solve(normal, (cycles * weights[:, None]).T @ frequencies).T
    return matrix


def _nearby_peaks(
    spectrum: Spectrum, predicted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre of the strongest peak near each predicted place (n, 2), and its weight (n,), 0 where there is none."""
    reach = np.arange(-_REFINE_REACH, _REFINE_REACH + 1)
    centre = np.rint(predicted).astype(int)
    height, width = spectrum.power.shape
    rows = np.clip(centre[:, 1, None, None] + reach[:, None], 1, height - 2)
    columns = np.clip(centre[:, 0, None, None] + reach[None, :], 1, width - 2)
    patches = spectrum.power[rows, columns].reshape(len(predicted), -1)
    best = np.stack(np.divmod(patches.argmax(axis=1), reach.size), axis=1)
    index = np.arange(len(predicted))
    row, column = rows[index, best[:, 0], 0], columns[index, 0, best[:, 1]]
    inside = (np.abs(predicted - np.array([width, height]) / 2) < np.array([width, height]) / 2 - _REFINE_REACH).all(1)
    weight = np.where(inside, np.clip(patches.max(axis=1) - 2, 0, None), 0.0)
    return np.stack([column + _vertex(spectrum.power, row, column, 0, 1), row + _vertex(spectrum.power, row, column, 1, 0)], 1), weight


def _vertex(
    power: NDArray[np.float32], row: NDArray[np.int64], column: NDArray[np.int64], down: int, right: int
) -> NDArray[np.float64]:
    """Offset (-0.5 to 0.5) of the top of the parabola through a cell and its two neighbours."""
    before, here, after = (power[row + step * down, column + step * right] for step in (-1, 0, 1))
    bend = 2 * here - before - after
    return np.clip(np.where(bend > 0, (after - before) / (2 * np.maximum(bend, 1e-6)), 0), -0.5, 0.5)
