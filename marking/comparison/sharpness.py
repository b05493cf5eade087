"""Make the registered picture as sharp, or as soft, as the upload is.

Resizing, blurring and sharpening are filters, and all that they do to a picture is a mixture of it with softer copies of
itself. The mixture is fitted to the upload where both are most alike, so that a changed region has no say.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.laying import Mask, Pixels
from marking.comparison.settling import luma

_SIGMAS = (0.6, 1.2, 2.4)  # grid pixels, of the softer copies
_KEPT = 0.7  # share of places, those that fit best, that the next round is fitted to
_ROUNDS = 3
_STEP = 3  # grid pixels from one place that is asked to the next
_FEWEST = 200  # places
_MOST = 3.0  # the weight of a copy
_RIDGE = 1e-3  # of the mean power, so that flat pictures stay as they are


def matched(expected: Pixels, upload: Pixels, valid: Mask) -> Pixels:
    """Return the expected picture filtered to the upload's sharpness; all float32 (H, W, 3), ``valid`` (H, W)."""
    copies = [expected, *(cv2.GaussianBlur(expected, (0, 0), sigma) for sigma in _SIGMAS)]
    softest = copies[-1]
    picked = np.zeros_like(valid)
    picked[::_STEP, ::_STEP] = valid[::_STEP, ::_STEP]
    if picked.sum() < _FEWEST:
        return expected
    detail = np.stack([luma(copy - softest)[picked] for copy in copies[:-1]], axis=1).astype(np.float64)
    weights = _mixture(detail, luma(upload - softest)[picked].astype(np.float64))
    mixed = softest.copy()
    for weight, copy in zip(weights, copies, strict=False):
        mixed += np.float32(weight) * (copy - softest)
    return np.asarray(np.clip(mixed, 0, 255), np.float32)


def _mixture(detail: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the copies by least trimmed squares."""
    weights = np.array([1.0] + [0.0] * (detail.shape[1] - 1))
    for _ in range(_ROUNDS):
        off = seen - detail @ weights
        off = np.abs(off - np.median(off))
        kept = off <= np.quantile(off, _KEPT)
        level = np.median(seen[kept] - detail[kept] @ weights)
        power = detail[kept].T @ detail[kept]
        ridge = _RIDGE * float(np.trace(power)) / len(weights) + 1e-6 * kept.sum()
        prior = np.array([1.0] + [0.0] * (len(weights) - 1))
        right = detail[kept].T @ (seen[kept] - level) + ridge * prior
        weights = np.clip(np.linalg.solve(power + ridge * np.eye(len(weights)), right), -_MOST, _MOST)
    return weights
