"""Take out what was done to the tones of a whole picture: brightness, contrast, gamma, saturation, a cast, darker corners.

Three models, from nothing to most. A later one is believed only where it explains nearly all that an earlier one leaves, so that
a sky of another colour stays a change, and is not explained by a curve for blue. What the models can do is bounded
by what such changes are: a saturation that is not negative, for each channel a curve that only rises, and one gain for all
channels that changes slowly and symmetrically enough for a lens (a polynomial of the fourth degree in the radius, with a
slope). They are fitted by medians and least absolute deviations, in which less than half has no say.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.laying import Laid, Pixels
from marking.comparison.settling import luma

TOLERANCE = 5.0
"""Grey levels between smoothed pictures of one tone. JPEG at quality 30 moves the mean of a block of luma or chroma by at most
half a step of its DC quantiser: 27 / 8 / 2 = 1.7 and 28 / 8 / 2 = 1.8 levels (ITU-T T.81 Annex K.1, scaled), and a
channel of RGB by both together, 1.7 + 1.77 * 1.8 = 4.9."""

_SIGMA = 4.0  # grid pixels over which tones are averaged
_STEP = 5  # grid pixels from one sample to the next
_FEWEST = 64  # samples
_BINS = 16  # of a curve, each of as many samples
_SATURATIONS = (0.0, 0.25, 0.5, 0.7, 0.85, 1.0, 1.2, 1.45, 1.75, 2.2)
_GAINS = (0.3, 1.8)  # of a darker corner or a glare, against the middle
_ROUNDS = 8  # of least absolute deviations
_BETTER = 1 / 3  # of what a simpler model leaves, at most, that a further one may leave to be believed ...
_HALF = 0.5  # ... unless the simpler one leaves more than half

Samples = NDArray[np.float32]  # (n, 3), 0 to 255
Model = Callable[[Pixels, NDArray[np.float32]], Pixels]
"""From registered colours (..., 3) and their places (..., 2), -1 to 1 along the longest side, to colours of the upload."""


def normalised(laid: Laid) -> tuple[Pixels, bool]:
    """Return the registered picture in the upload's tones, float32 (H, W, 3), and whether they are others at all."""
    known, seen, places = _samples(laid)
    if len(known) < _FEWEST:
        return laid.registered, False
    model, left = _unchanged, _unexplained(known, seen)
    is_changed = False
    for fitted in (_with_gain, _with_curves):
        further = fitted(known, seen, places)
        still = _unexplained(further(known, places), seen)
        if still < left * (_HALF if left > _HALF else _BETTER):
            model, left, is_changed = further, still, True
    return model(laid.registered, _coordinates(laid.valid.shape)), is_changed


def _samples(laid: Laid) -> tuple[Samples, Samples, NDArray[np.float32]]:
    """What is valid, smoothed, here and there."""
    picked = (slice(_STEP // 2, None, _STEP),) * 2
    inside = cv2.erode(laid.valid.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    known, seen = (
        cv2.GaussianBlur(each, (0, 0), _SIGMA)[picked][inside[picked]] for each in (laid.registered, laid.upload)
    )
    return known, seen, _coordinates(laid.valid.shape)[picked][inside[picked]]


def _coordinates(shape: tuple[int, ...]) -> NDArray[np.float32]:
    rows, columns = np.indices(shape, np.float32)
    half = np.float32(max(shape) / 2)
    return np.stack([(columns - shape[1] / 2) / half, (rows - shape[0] / 2) / half], axis=2).astype(np.float32)


def _unexplained(expected: Samples, seen: Samples) -> float:
    """The share of samples that differ by more than the tolerance in any channel."""
    return float((np.abs(expected - seen).max(axis=-1) > TOLERANCE).mean())


def _unchanged(colours: Pixels, places: NDArray[np.float32]) -> Pixels:
    return colours


def _with_gain(known: Samples, seen: Samples, places: NDArray[np.float32]) -> Model:
    """One gain for all channels that changes slowly over the picture."""
    terms = _gain_terms(places)
    ratio = np.log((seen.mean(axis=1) + 4) / (known.mean(axis=1) + 4))
    weights = np.minimum(known.mean(axis=1) / 32, 1) + 0.05
    fitted = _least_deviations(terms, ratio.astype(np.float64), weights.astype(np.float64))

    def model(colours: Pixels, places: NDArray[np.float32]) -> Pixels:
        gain = np.clip(np.exp(_gain_terms(places) @ fitted), *_GAINS).astype(np.float32)
        return np.asarray(np.clip(colours * gain[..., None], 0, 255), np.float32)

    return model


def _with_curves(known: Samples, seen: Samples, places: NDArray[np.float32]) -> Model:
    """A saturation and a curve for each channel, and a gain over the picture where it helps."""
    best, left = _curves(known, seen), 0.0
    left = _unexplained(best(known), seen)
    expected = best(known)
    gain = _with_gain(expected, seen, places)
    flat = seen * expected.mean(axis=1, keepdims=True) / (gain(expected, places).mean(axis=1, keepdims=True) + 1)
    again = _curves(known, np.clip(flat, 0, 255).astype(np.float32))
    if _unexplained(gain(again(known), places), seen) < left * _BETTER:
        return lambda colours, places: gain(again(colours), places)
    return lambda colours, places: best(colours)


def _curves(known: Samples, seen: Samples) -> Callable[[Pixels], Pixels]:
    """The saturation, and curves by medians, under which most is explained."""
    tried = [_curves_at(saturation, known, seen) for saturation in _SATURATIONS]
    return min(tried, key=lambda curves: float(np.abs(curves(known) - seen).clip(max=3 * TOLERANCE).mean()))


def _curves_at(saturation: float, known: Samples, seen: Samples) -> Callable[[Pixels], Pixels]:
    drawn = [_curve(*channels) for channels in zip(_saturated(known, saturation).T, seen.T, strict=True)]

    def curves(colours: Pixels) -> Pixels:
        mixed = _saturated(colours, saturation)
        return np.stack([_on(curve, mixed[..., i]) for i, curve in enumerate(drawn)], axis=-1)

    return curves


def _on(curve: NDArray[np.float64], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A curve's heights above values; beyond its ends it goes on as steeply as between them."""
    ends = curve[:, [0, -1]]
    slope = (ends[1, 1] - ends[1, 0]) / max(ends[0, 1] - ends[0, 0], 1.0)
    beyond = values - np.clip(values, *ends[0])
    return np.asarray(np.clip(np.interp(values, *curve) + slope * beyond, 0, 255), np.float32)


def _saturated(colours: Pixels, saturation: float) -> Pixels:
    grey = colours @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(grey[..., None] + np.float32(saturation) * (colours - grey[..., None]), np.float32)


def _curve(known: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float64]:
    """The rising curve through the medians of equally many samples: (2, n)."""
    order = np.argsort(known, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if part.size]
    at = np.array([np.median(known[part]) for part in parts], np.float64)
    heights = np.array([np.median(seen[part]) for part in parts], np.float64)
    at += np.arange(len(at)) * 1e-6  # flat pictures: np.interp wants places that rise
    return np.stack([at, np.maximum.accumulate(heights)])


def _gain_terms(places: NDArray[np.float32]) -> NDArray[np.float64]:
    x, y = places[..., 0].astype(np.float64), places[..., 1].astype(np.float64)
    radius = x * x + y * y
    return np.stack([np.ones_like(x), x, y, radius, radius * radius], axis=-1)


def _least_deviations(
    terms: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted least absolute deviations by repeated least squares."""
    trust = weights
    fitted = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        root = np.sqrt(trust)[:, None]
        fitted = np.linalg.lstsq(terms * root, values * root[:, 0], rcond=None)[0]
        trust = weights / (np.abs(values - terms @ fitted) + 0.01)
    return np.asarray(fitted, np.float64)


__all__ = ["TOLERANCE", "luma", "normalised"]
