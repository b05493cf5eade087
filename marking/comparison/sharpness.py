"""Make the registered picture as sharp, or as soft, as the upload is.

Resizing, blurring and sharpening are filters, and all that they do to a picture is a mixture of it with softer copies of
itself. The mixture is fitted to the upload where both are most alike, so that a changed region has no say.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.blurring import blurred
from marking.comparison.detail import ALIKE, TEXTURED, alikeness, levelled, luma
from marking.comparison.laying import Mask, Pixels

_SIGMAS = (0.6, 1.2, 2.4)  # grid pixels, of the softer copies
_ROUNDS = 4  # of least absolute deviations
_STEP = 3  # grid pixels from one place that is asked to the next
_FEWEST = 200  # places
_MOST = 4.0  # the weight of a copy
_RIDGE = 1e-3  # of the mean power, so that flat pictures stay as they are
_SMALLEST = 1.0  # grey levels of deviation that are told apart
_TEXTURE_SIGMA = 5.0  # grid pixels


def matched(expected: Pixels, upload: Pixels, asked: Mask) -> Pixels:
    """Return the expected picture filtered to the upload's sharpness, where it is asked: float32 (H, W, 3) and (H, W)."""
    places = (slice(None, None, _STEP),) * 2
    picked = asked[places]
    if picked.sum() < _FEWEST:
        return expected
    *copies, softest = (each[places][picked].astype(np.float64) for each in _copies(luma(expected)))
    seen = luma(upload)[places][picked] - softest
    weights = _mixture(np.stack([copy - softest for copy in copies], axis=1), seen)
    mixed = np.zeros_like(expected)
    for weight, copy in zip((*weights, 1 - weights.sum()), _copies(expected), strict=True):
        mixed = np.asarray(cv2.scaleAdd(copy, float(weight), mixed), np.float32)
    return np.asarray(np.clip(mixed, 0, 255), np.float32)


def alike(expected: Pixels, upload: Pixels) -> Mask:
    """Return where two pictures, float32 (H, W, 3) of any tones, correlate, or neither has texture: (H, W)."""
    one, other = levelled(luma(expected)), levelled(luma(upload))
    busiest = np.asarray(np.maximum(np.square(one), np.square(other)), np.float32)
    textured = blurred(busiest, _TEXTURE_SIGMA) > TEXTURED
    return np.asarray((alikeness(one, other) > ALIKE) | ~textured)


def _copies(picture: Pixels) -> Iterator[Pixels]:
    """A picture, (H, W) or (H, W, 3), as it is, and softer and softer."""
    yield picture
    for sigma in _SIGMAS:
        yield np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def _mixture(detail: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the copies by least absolute deviations, drawn a little to the picture as it is."""
    prior = np.eye(detail.shape[1])[0]
    weights: NDArray[np.float64] = prior
    trust = np.ones(len(seen))
    for _ in range(_ROUNDS):
        power = (detail * trust[:, None]).T @ detail
        ridge = _RIDGE * float(np.trace(power)) / len(prior) + 1e-6 * len(seen)
        right = (detail * trust[:, None]).T @ seen + ridge * prior
        solved = np.linalg.solve(power + ridge * np.eye(len(prior)), right)
        weights = np.clip(solved, -_MOST, _MOST)
        trust = 1 / np.maximum(np.abs(seen - detail @ weights), _SMALLEST)
    return weights
