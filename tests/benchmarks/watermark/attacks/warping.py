"""Shear, perspective, and bends: what no turn and no scale undoes."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.pixels import rounded, smooth_noise, to_image, to_rgb

Point = tuple[float, float]


def shear(degrees: float) -> Distortion:
    """Rows pushed along, in a frame wide enough for all of them."""

    def run(rgb: Picture, _: Scene) -> Picture:
        height, width = rgb.shape[:2]
        slope = math.tan(math.radians(degrees))
        extra = round(abs(slope) * height)
        inverse = (1, slope, -extra if slope > 0 else 0, 0, 1, 0)
        size = (width + extra, height)
        image = to_image(rgb)
        return to_rgb(image.transform(size, Image.Transform.AFFINE, inverse, Image.Resampling.BICUBIC))

    return run


def perspective(jitter: float) -> Distortion:
    """Every corner moved, in or out, by up to so much of each side."""

    def run(rgb: Picture, scene: Scene) -> Picture:
        height, width = rgb.shape[:2]
        corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
        moved = jittered(corners, jitter, width, height, scene.random)
        inverse = projection(moved, corners)
        image = to_image(rgb)
        size = (width, height)
        return to_rgb(image.transform(size, Image.Transform.PERSPECTIVE, inverse, Image.Resampling.BICUBIC))

    return run


def bend(strength: float) -> Distortion:
    """Smoothly displaced at random by up to ``strength`` pixels in 512 of the short side, as StirMark does.

    Petitcolas, Anderson, Kuhn: Attacks on copyright marking systems, 1998, doi:10.1007/3-540-49380-8_16.
    """

    def run(rgb: Picture, scene: Scene) -> Picture:
        height, width = rgb.shape[:2]
        amount = strength * min(height, width) / 512
        cell = max(8, min(height, width) // 4)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        columns += amount * smooth_noise(height, width, cell, scene.random)
        rows += amount * smooth_noise(height, width, cell, scene.random)
        return _sampled(rgb, columns, rows)

    return run


def jittered(
    corners: Sequence[Point], jitter: float, width: float, height: float, random: np.random.Generator
) -> list[Point]:
    """The corners, each moved by up to so much of the width and of the height."""
    return [
        (x + random.uniform(-jitter, jitter) * width, y + random.uniform(-jitter, jitter) * height)
        for x, y in corners
    ]


def projection(shown: Sequence[Point], source: Sequence[Point]) -> list[float]:
    """The eight coefficients with which Pillow maps four points of the output to four of the input."""
    equations, values = [], []
    for (x, y), (u, v) in zip(shown, source, strict=True):
        equations.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        equations.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(equations, float), np.array(values, float))]


def _sampled(rgb: Picture, columns: NDArray[np.float32], rows: NDArray[np.float32]) -> Picture:
    """Bilinear samples at the given places, those outside moved to the edge."""
    height, width = rgb.shape[:2]
    columns = np.clip(columns, 0, width - 1.001)
    rows = np.clip(rows, 0, height - 1.001)
    left, top = columns.astype(np.int32), rows.astype(np.int32)
    right_share, lower_share = (columns - left)[..., None], (rows - top)[..., None]
    values = rgb.astype(np.float32)
    upper = values[top, left] * (1 - right_share) + values[top, left + 1] * right_share
    lower = values[top + 1, left] * (1 - right_share) + values[top + 1, left + 1] * right_share
    return rounded(upper * (1 - lower_share) + lower * lower_share)


ATTACKS = (
    Attack("shear_5", Tier.HARD, "warp", shear(5)),
    Attack("perspective_5", Tier.HARD, "warp", perspective(0.05)),
    Attack("perspective_10", Tier.EXTREME, "warp", perspective(0.10)),
    Attack("bend_3px", Tier.HARD, "warp", bend(3)),
    Attack("bend_8px", Tier.EXTREME, "warp", bend(8)),
)
