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

from marking.marks.watermark.constellation import TILE, pilots

ANGLES = 1024  # over half a turn
RADIUS_STEP = 0.0035  # of log radius
SMALLEST, LARGEST = 0.25, 3.0  # canvas pixels for each pixel of the tile that the search covers
_HIGHEST_FREQUENCY = 0.5  # cycles per canvas pixel
_FLATTENING = 51  # bins of the spectrum over which its level is taken
_LOUDEST = 14.0  # times the local level; a picture's own lines must not outvote the pilots
_PEAK_RADIUS = 6  # cells around a found peak in which no second is looked for
_REFINE_REACHES = (2, 1, 1)  # bins around the predicted place of a pilot, round by round
_TAPERED = 1 / 8  # of each side, at each end

Matrix = NDArray[np.float64]  # (2, 2)


@dataclass(frozen=True)
class Spectrum:
    """Power over its local level, minus one, of frequencies that do not point up.

    Row 0 and the middle column hold zero frequency; `size` is the transform's (width, height), which makes a bin
    1 / size cycles per canvas pixel.
    """

    power: NDArray[np.float32]
    size: tuple[int, int]

    def places(self, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
        """Columns and rows (n, 2) of frequencies that do not point up, in cycles per canvas pixel (n, 2)."""
        return frequencies * self.size + (self.size[0] // 2, 0)

    def frequencies(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `places` takes to these columns and rows."""
        return (places - (self.size[0] // 2, 0)) / self.size


def spectrum_of(whitened: NDArray[np.float32]) -> Spectrum:
    """Flattened power spectrum of a whitened canvas, sampled twice as finely as its size asks for."""
    height, width = whitened.shape
    window = np.outer(_taper(height), _taper(width))
    size = (cv2.getOptimalDFTSize(2 * width), cv2.getOptimalDFTSize(2 * height))
    half = np.fft.rfft2(whitened * window, size, axes=(1, 0))
    power = np.fft.fftshift(np.square(np.abs(half)), axes=1)
    level = cv2.blur(power, (_FLATTENING, _FLATTENING)) + np.float32(1e-3 * power.mean() + 1e-12)
    return Spectrum(np.minimum(power / level, np.float32(_LOUDEST)) - 1, size)


def _taper(length: int) -> NDArray[np.float32]:
    """Tukey's window with an eighth of the length tapered at each end."""
    ramp = (np.arange(length) + 0.5) / (length * _TAPERED)
    return np.asarray(np.square(np.sin(np.pi / 2 * np.minimum(1, np.minimum(ramp, ramp[::-1])))), np.float32)


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
    cycles = np.hypot(*pilots().cycles.T)
    columns_needed = _columns(cycles.max() / cycles.min()) + _columns(LARGEST / SMALLEST) + 1
    radii = cycles.min() / TILE / LARGEST * np.exp(RADIUS_STEP * np.arange(columns_needed))
    angles = np.pi / ANGLES * np.arange(ANGLES)
    width, height = spectrum.size
    columns = np.outer(np.cos(angles), radii * width).astype(np.float32) + np.float32(width // 2)
    rows = np.outer(np.sin(angles), radii * height).astype(np.float32)
    polar = cv2.remap(spectrum.power, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.concatenate([polar, polar])


def _columns(ratio: float) -> int:
    """Columns of the log-polar map that a ratio of radii spans."""
    return round(float(np.log(ratio)) / RADIUS_STEP)


def _scores(polar: NDArray[np.float32], mirrored: bool) -> NDArray[np.float32]:
    """Sum over the pilots for every turn (rows) and scale (columns), in deviations from the mean."""
    x, y = pilots().cycles.T
    angle = np.arctan2(y, -x if mirrored else x) % np.pi
    row = np.rint(angle * ANGLES / np.pi).astype(int) % ANGLES
    radius = np.hypot(x, y)
    column = np.rint(np.log(radius / radius.min()) / RADIUS_STEP).astype(int)
    scales = _columns(LARGEST / SMALLEST)
    score = np.zeros((ANGLES, scales), np.float32)
    for top, left in zip(row, column, strict=True):
        score += polar[top : top + ANGLES, left : left + scales]
    return np.asarray((score - score.mean()) / score.std(), np.float32)


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
    return np.asarray(turn @ np.diag([-1.0 if mirrored else 1.0, 1.0]) / scale)


def upright(scale: float) -> Matrix:
    """The matrix of a picture that was only resized: canvas pixels for each pixel of the tile."""
    return np.eye(2) / scale


def refined(spectrum: Spectrum, matrix: Matrix) -> Matrix:
    """The matrix fitted by weighted least squares to the pilots' peaks nearest to where it puts them."""
    cycles = pilots().cycles / TILE
    for reach in _REFINE_REACHES:
        predicted = cycles @ matrix.T
        up = np.where(predicted[:, 1:] < 0, -1.0, 1.0)
        places, weights = _nearby_peaks(spectrum.power, spectrum.places(up * predicted), reach)
        normal = (cycles * weights[:, None]).T @ cycles
        if np.linalg.det(normal) <= 1e-6 * np.trace(normal) ** 2:
            return matrix
        measured = up * spectrum.frequencies(places) * weights[:, None]
        matrix = np.asarray(np.linalg.solve(normal, cycles.T @ measured).T, np.float64)
    return matrix


def _nearby_peaks(
    power: NDArray[np.float32], predicted: NDArray[np.float64], reach: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place of the strongest peak near each predicted one (n, 2), and its weight (n,), 0 where there is none."""
    limits = np.array(power.shape[::-1]) - reach - 2
    centre = np.rint(predicted).astype(int)
    inside = ((centre > reach) & (centre <= limits)).all(axis=1)
    centre = np.clip(centre, reach + 1, limits)
    around = np.arange(-reach, reach + 1)
    patches = power[centre[:, 1, None, None] + around[:, None], centre[:, 0, None, None] + around]
    down, right = np.divmod(patches.reshape(len(centre), -1).argmax(axis=1), around.size)
    row, column = centre[:, 1] + down - reach, centre[:, 0] + right - reach
    exact = np.stack(
        [column + _vertex(power, row, column, 0, 1), row + _vertex(power, row, column, 1, 0)], axis=1
    )
    return exact, np.where(inside, np.maximum(power[row, column] - 1, 0), 0.0)


def _vertex(
    power: NDArray[np.float32], row: NDArray[np.int64], column: NDArray[np.int64], down: int, right: int
) -> NDArray[np.float64]:
    """Offset (-0.5 to 0.5) of the top of the parabola through a cell and its two neighbours."""
    before, here, after = (power[row + step * down, column + step * right] for step in (-1, 0, 1))
    bend = 2 * here - before - after
    return np.clip(np.where(bend > 0, (after - before) / (2 * np.maximum(bend, 1e-6)), 0), -0.5, 0.5)
