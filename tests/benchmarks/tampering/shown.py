"""A marked picture on its way through edits: what it shows, what of it is new, and where the marked one lies in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.watermark.attacks import Picture

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]
Matrix = NDArray[np.float64]
Box = tuple[int, int, int, int]

HALF = 0.5
"""Share of new content from which a pixel counts as changed: where a soft edge is half way."""


@dataclass(frozen=True)
class Shown:
    """``rgb``: uint8 (H, W, 3); ``mask``: bool (H, W), the pixels that were changed; ``matrix``: float64 (3, 3), pixel
    coordinates (x, y) of the marked picture to those of this one.
    """

    rgb: Picture
    mask: Mask
    matrix: Matrix

    @classmethod
    def untouched(cls, rgb: Picture) -> Shown:
        """The marked picture itself."""
        return cls(rgb, np.zeros(rgb.shape[:2], bool), np.eye(3))

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    def with_pixels(self, rgb: Picture) -> Shown:
        """Other pixels in the same places, none of them counted as changed."""
        return replace(self, rgb=rgb)

    def blended(self, new: Picture, alpha: Plane) -> Shown:
        """``new``, (H, W, 3), laid over the picture by ``alpha``, (H, W) in 0..1; where alpha is 0 nothing changes."""
        share = alpha[..., None]
        mixed = self.rgb * (1 - share) + new * share
        pixels = np.where(share > 0, np.rint(np.clip(mixed, 0, 255)), self.rgb).astype(np.uint8)
        return Shown(pixels, self.mask | (alpha >= HALF), self.matrix)

    def moved(self, matrix: Matrix, width: int, height: int) -> Shown:
        """The picture laid by ``matrix`` (3, 3) into a frame of that size, black around it."""
        shrinks = abs(np.linalg.det(matrix[:2, :2])) < 1
        how = cv2.INTER_AREA if shrinks and _is_upright(matrix) else cv2.INTER_CUBIC
        pixels = _warped(self.rgb, matrix, width, height, how)
        soft = how if how == cv2.INTER_AREA else cv2.INTER_LINEAR
        mask = _warped(self.mask.astype(np.float32), matrix, width, height, soft) >= HALF
        return Shown(pixels, mask, matrix @ self.matrix)

    def frame(self, width: int, height: int) -> NDArray[np.float64]:
        """Where the corners of the marked picture of that size lie, (4, 2), clockwise from its upper left."""
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
        return np.asarray(cv2.perspectiveTransform(corners[None], self.matrix)[0], np.float64)


@dataclass(frozen=True)
class Scene:
    """What an edit may use: chance, pictures that were never marked, and where the visible label lies, if anywhere."""

    random: np.random.Generator
    others: tuple[Picture, ...]
    label: Box | None

    def other(self) -> Picture:
        """One of the pictures that were never marked, half of the time mirrored."""
        rgb = self.others[int(self.random.integers(len(self.others)))]
        return np.ascontiguousarray(rgb[:, ::-1]) if self.random.random() < HALF else rgb


Step = Callable[[Shown, Scene], Shown]


def shift(x: float, y: float) -> Matrix:
    """A translation."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], float)


def scaling(across: float, down: float) -> Matrix:
    """A scaling that keeps the outer edges of the outermost pixels in place, as resizing does."""
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]], float)


def _warped(values: NDArray[Any], matrix: Matrix, width: int, height: int, how: int) -> NDArray[Any]:
    if how == cv2.INTER_AREA:
        return _shrunk(values, matrix, width, height)
    return np.asarray(cv2.warpPerspective(values, matrix, (width, height), flags=how))


def _shrunk(values: NDArray[Any], matrix: Matrix, width: int, height: int) -> NDArray[Any]:
    """Scaled down without aliasing, which warping would leave in, then moved by what is left of the matrix."""
    rows, columns = values.shape[:2]
    size = max(1, round(columns * matrix[0, 0])), max(1, round(rows * matrix[1, 1]))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    rest = matrix @ np.linalg.inv(scaling(size[0] / columns, size[1] / rows))
    return np.asarray(cv2.warpPerspective(small, rest, (width, height), flags=cv2.INTER_LINEAR))


def _is_upright(matrix: Matrix) -> bool:
    off = (matrix[0, 1], matrix[1, 0], matrix[2, 0], matrix[2, 1])
    return bool(max(map(abs, off)) < 1e-12 and matrix[0, 0] > 0 and matrix[1, 1] > 0)
