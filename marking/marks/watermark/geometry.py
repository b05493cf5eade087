"""Where a tile lies: a matrix from tile frequencies to canvas frequencies, and its description in words."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]  # (2, 2), takes a tile frequency to a canvas frequency, both in cycles per pixel


@dataclass(frozen=True)
class Geometry:
    """How the marked picture was turned and resized, as far as the mark tells.

    scale: picture pixels for each pixel of the canvas that was marked; rotation_degrees: -180 to 180, clockwise,
    after any mirroring; mirrored: left and right swapped; inverted: light and dark swapped; matrix: rows of the 2 x 2
    matrix that takes a step in picture pixels (x, y) to a step in tile pixels; shift: the place (x, y), in tile
    pixels modulo 128, of the tile's origin after that.
    """

    scale: float
    rotation_degrees: float
    mirrored: bool
    inverted: bool
    matrix: tuple[tuple[float, float], tuple[float, float]]
    shift: tuple[float, float]


def upright(scale: float) -> Matrix:
    """The matrix of a picture that was only resized: canvas pixels for each pixel of the tile."""
    return np.eye(2) / scale


def reflection(mirrored: bool) -> Matrix:
    """The matrix that swaps left and right, or the identity."""
    return np.diag([-1.0 if mirrored else 1.0, 1.0])


def describe(
    matrix: Matrix, zoom: float, shift: tuple[float, float], half_turn: bool, inverted: bool
) -> Geometry:
    """The geometry behind a matrix found on a canvas; zoom is canvas pixels for each picture pixel."""
    mirrored = bool(np.linalg.det(matrix) < 0)
    turn = matrix @ reflection(mirrored)
    degrees = math.degrees(math.atan2(turn[1, 0] - turn[0, 1], turn[0, 0] + turn[1, 1]))
    steps = matrix.T * (-zoom if half_turn else zoom)
    rows = ((float(steps[0, 0]), float(steps[0, 1])), (float(steps[1, 0]), float(steps[1, 1])))
    return Geometry(
        scale=1 / math.sqrt(abs(float(np.linalg.det(steps)))),
        rotation_degrees=(degrees + (360 if half_turn else 180)) % 360 - 180,
        mirrored=mirrored,
        inverted=inverted,
        matrix=rows,
        shift=shift,
    )
