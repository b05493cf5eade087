"""Pictures the watermark is tried on: noise like a photograph's, shapes, gradients, strokes like text."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def photograph(seed: int, height: int = 384, width: int = 512) -> Picture:
    """Noise whose amplitude falls with frequency, over a gradient, with smooth discs in front."""
    rng = np.random.default_rng(seed)
    luma = 120 + 30 * _natural_noise(rng, height, width) + np.linspace(-40, 40, width)
    picture = np.stack([luma + 8 * _natural_noise(rng, height, width) for _ in range(3)], axis=2)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    for _ in range(5):
        place = (int(rng.integers(width)), int(rng.integers(height)))
        colour = tuple(int(value) for value in rng.integers(30, 220, 3))
        cv2.circle(picture, place, int(rng.integers(height // 20, height // 6)), colour, -1, cv2.LINE_AA)
    return picture


def drawing(seed: int, height: int = 512, width: int = 640) -> Picture:
    """Flat polygons with outlines."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 235, np.uint8)
    for _ in range(6):
        corners = rng.integers(0, (width, height), (4, 2)).astype(np.int32)
        cv2.fillPoly(picture, [corners], tuple(int(value) for value in rng.integers(0, 255, 3)), cv2.LINE_AA)
        cv2.polylines(picture, [corners], True, (10, 10, 10), 3, cv2.LINE_AA)
    return picture


def page(seed: int, height: int = 640, width: int = 512) -> Picture:
    """Rows of strokes on off-white paper."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 245, np.uint8)
    for row in range(40, height - 20, 36):
        for column in range(30, width - 30, 14):
            ends = (column + int(rng.integers(-4, 5)), row - int(rng.integers(6, 14)))
            cv2.line(picture, (column, row), ends, (25, 25, 25), 2, cv2.LINE_AA)
    return picture


def gradient(height: int = 512, width: int = 640) -> Picture:
    """A sky: no detail at all."""
    down, across = np.linspace(0, 80, height)[:, None], np.linspace(0, 60, width)
    return (np.array([60.0, 80.0, 100.0]) + (down + across)[..., None]).astype(np.uint8)


def flat(level: int, height: int = 512, width: int = 512) -> Picture:
    """One grey."""
    return np.full((height, width, 3), level, np.uint8)


def _natural_noise(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Noise of unit deviation with a spectrum that falls as in photographs."""
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    radius[0, 0] = 1
    noise = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(height, width))) / radius**1.3, (height, width))
    return np.asarray(noise / noise.std())
