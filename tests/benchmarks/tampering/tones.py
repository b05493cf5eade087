"""What changes a whole picture and no part of it: light, colour, filters."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.tampering.shown import Plane, Scene, Shown

SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
GREY = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def toned(shown: Shown, scene: Scene) -> Shown:
    """A filter as telephones offer them: lighter or darker, warmer or colder, faded, vivid, sepia, or grey."""
    filters = (_exposed, _warmed, _faded, _saturated, _sepia, _grey)
    chosen = filters[int(scene.random.integers(len(filters)))]
    values = chosen(shown.rgb.astype(np.float32), scene.random)
    return shown.with_pixels(np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8))


def _exposed(values: Plane, random: np.random.Generator) -> Plane:
    return np.asarray(255 * (values / 255) ** random.choice((0.7, 0.8, 1.25, 1.45)))


def _warmed(values: Plane, random: np.random.Generator) -> Plane:
    warmth = random.uniform(0.06, 0.14) * random.choice((-1, 1))
    return np.asarray(values * np.array([1 + warmth, 1.0, 1 - warmth]))


def _faded(values: Plane, random: np.random.Generator) -> Plane:
    return values * random.uniform(0.7, 0.85) + random.uniform(18, 40)


def _saturated(values: Plane, random: np.random.Generator) -> Plane:
    grey = (values @ GREY)[..., None]
    return np.asarray(grey + (values - grey) * random.uniform(1.25, 1.6))


def _sepia(values: Plane, random: np.random.Generator) -> Plane:
    share = random.uniform(0.5, 1)
    return np.asarray(values * (1 - share) + values @ SEPIA.T * share)


def _grey(values: Plane, random: np.random.Generator) -> Plane:
    return np.repeat((values @ GREY)[..., None], 3, axis=2)
