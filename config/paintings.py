"""Three pictures computed from noise, so that a newcomer has something to mark. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float64]


def _noise(height: int, width: int, slope: float, seed: int) -> Plane:
    """Noise whose spectrum falls with frequency to the power ``slope``; mean 0, deviation 1, shape (H, W)."""
    random = np.random.default_rng(seed)
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequencies[0, 0] = np.inf
    spectrum = np.fft.rfft2(random.normal(size=(height, width))) / frequencies**slope
    plane = np.fft.irfft2(spectrum, s=(height, width))
    return np.asarray(plane / plane.std())


def _blend(low: tuple[int, int, int], high: tuple[int, int, int], share: Plane) -> Plane:
    """Colours between two, uint8 values as floats, shape (H, W, 3)."""
    clipped = np.clip(share, 0, 1)[..., None]
    return np.asarray(np.array(low) * (1 - clipped) + np.array(high) * clipped)


def mountains(height: int = 900, width: int = 1200) -> Pixels:
    """Ridges in mist under a pale sun."""
    rows, columns = np.mgrid[0:height, 0:width]
    sky = _blend((214, 196, 172), (246, 236, 217), rows / height + 0.04 * _noise(height, width, 1.6, 1))
    sun = np.hypot(rows - height * 0.27, columns - width * 0.68) < height * 0.07
    picture = np.where(sun[..., None], np.array((201, 74, 54)), sky)
    for layer in range(6):
        ridge = _noise(1, width, 1.5, 40 + layer)[0]
        line = height * (0.36 + 0.11 * layer) + ridge * height * (0.045 + 0.006 * layer)
        below = rows > line[None, :]
        depth = np.clip((rows - line[None, :]) / (height * 0.32), 0, 1) + 0.09 * _noise(
            height, width, 1.1, 60 + layer
        )
        near = layer / 5
        dark = (int(142 - 112 * near), int(150 - 108 * near), int(152 - 100 * near))
        picture = np.where(
            below[..., None], _blend(dark, (222, 212, 194), depth * (1 - 0.55 * near)), picture
        )
    return np.clip(picture + 3 * _noise(height, width, 0.2, 9)[..., None], 0, 255).astype(np.uint8)


def dunes(height: int = 900, width: int = 1200) -> Pixels:
    """Wind-ribbed sand at night."""
    rows, columns = np.mgrid[0:height, 0:width] / height
    drift = _noise(height, width, 2.2, 7)
    ribs = np.sin(60 * (rows + 0.22 * np.sin(2.4 * columns) + 0.05 * drift))
    light = 0.45 + 0.25 * drift + 0.16 * ribs * np.clip(rows * 1.4, 0, 1)
    picture = _blend((24, 32, 58), (229, 178, 116), light)
    stars = (rows < 0.3 + 0.05 * drift) & (np.random.default_rng(3).random(rows.shape) > 0.9985)
    sky = rows < 0.32 + 0.05 * _noise(1, width, 2.0, 5)
    night = _blend((13, 18, 40), (66, 76, 122), rows / 0.34 + 0.05 * drift)
    picture = np.where(sky[..., None], night, picture)
    picture = np.where((stars & sky)[..., None], np.array((236, 236, 220)), picture)
    return np.clip(picture + 3 * _noise(height, width, 0.2, 8)[..., None], 0, 255).astype(np.uint8)


def garden(height: int = 900, width: int = 1200) -> Pixels:
    """Leaves and blossoms out of warped noise."""
    fine, wide = _noise(height, width, 1.3, 21), _noise(height, width, 2.0, 22)
    picture = _blend((18, 52, 44), (126, 168, 108), 0.5 + 0.28 * np.sin(5 * wide + fine))
    random = np.random.default_rng(5)
    rows, columns = np.mgrid[0:height, 0:width]
    for _ in range(46):
        y, x, size = (
            random.random() * height,
            random.random() * width,
            height * (0.012 + 0.03 * random.random()),
        )
        angle = np.arctan2(rows - y, columns - x)
        petals = np.hypot(rows - y, columns - x) / size / (1 + 0.28 * np.cos(5 * angle + random.random() * 6))
        blossom = _blend((250, 226, 220), (205, 82, 92), petals + 0.08 * fine)
        picture = np.where((petals < 1)[..., None], blossom, picture)
    return np.clip(picture + 4 * _noise(height, width, 0.3, 23)[..., None], 0, 255).astype(np.uint8)


PAINTINGS = {"mountains": mountains, "dunes": dunes, "garden": garden}
