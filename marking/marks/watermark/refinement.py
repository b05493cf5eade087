"""Fit the whole 2 x 2 matrix to the pilots' own spectral peaks."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import TILE, pilot_cycles
from marking.marks.watermark.geometry import Matrix
from marking.marks.watermark.spectrum import Spectrum

_FURTHEST = 0.1  # change of any entry, relative to the matrix; it also bounds the area that is folded
_REFINE_REACHES = (2, 1, 1)  # bins around the predicted place of a pilot, round by round


def refined(spectrum: Spectrum, matrices: Sequence[Matrix]) -> list[Matrix]:
    """Each matrix fitted by weighted least squares to the pilots' peaks nearest to where it puts them.

    Where the peaks say nothing of the kind (too few, or pulling it out of shape) the matrix itself.
    """
    known = np.stack(matrices)
    fitted = _fitted(spectrum, known)
    strayed = np.abs(fitted @ np.linalg.inv(known) - np.eye(2)).max(axis=(1, 2), keepdims=True)
    return list(np.where(strayed <= _FURTHEST, fitted, known))


def _fitted(spectrum: Spectrum, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrices (n, 2, 2), each fitted for as long as enough peaks are there."""
    cycles = pilot_cycles() / TILE
    told = np.ones((len(matrices), 1, 1), np.bool_)
    for reach in _REFINE_REACHES:
        predicted = cycles @ matrices.swapaxes(1, 2)
        up = np.where(predicted[..., 1:] < 0, -1.0, 1.0)
        places, weights = _nearby_peaks(spectrum.power, spectrum.places(up * predicted), reach)
        normal = (cycles * weights[..., None]).swapaxes(1, 2) @ cycles
        enough = np.linalg.det(normal) > 1e-6 * np.square(np.trace(normal, axis1=1, axis2=2))
        told = told & enough[:, None, None]
        measured = cycles.T @ (up * spectrum.frequencies(places) * weights[..., None])
        solved = np.linalg.solve(np.where(told, normal, np.eye(2)), measured)
        matrices = np.where(told, solved.swapaxes(1, 2), matrices)
    return matrices


def _nearby_peaks(
    power: NDArray[np.float32], predicted: NDArray[np.float64], reach: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place of the strongest peak near each predicted one (…, 2), and its weight (…), 0 where there is none."""
    limits = np.array(power.shape[::-1]) - reach - 2
    centre = np.rint(predicted.reshape(-1, 2)).astype(int)
    inside = ((centre > reach) & (centre <= limits)).all(axis=1)
    centre = np.clip(centre, reach + 1, limits)
    around = np.arange(-reach, reach + 1)
    patches = power[centre[:, 1, None, None] + around[:, None], centre[:, 0, None, None] + around]
    down, right = np.divmod(patches.reshape(len(centre), -1).argmax(axis=1), around.size)
    row, column = centre[:, 1] + down - reach, centre[:, 0] + right - reach
    exact = np.stack(
        [column + _vertex(power, row, column, 0, 1), row + _vertex(power, row, column, 1, 0)], axis=1
    )
    weights = np.where(inside, np.maximum(power[row, column] - 1, 0), 0.0)
    return exact.reshape(predicted.shape), weights.reshape(predicted.shape[:-1])


def _vertex(
    power: NDArray[np.float32], row: NDArray[np.int64], column: NDArray[np.int64], down: int, right: int
) -> NDArray[np.float64]:
    """Offset (-0.5 to 0.5) of the top of the parabola through a cell and its two neighbours."""
    before, here, after = (power[row + step * down, column + step * right] for step in (-1, 0, 1))
    bend = 2 * here - before - after
    return np.clip(np.where(bend > 0, (after - before) / (2 * np.maximum(bend, 1e-6)), 0), -0.5, 0.5)
