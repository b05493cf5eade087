"""Take out what was done to the tones of a whole picture: brightness, contrast, gamma, saturation, a cast, darker corners.

Models are tried from nothing to most. Where most of the picture has its tones still, a further model is believed only if it
explains nearly all of what is left: a sky of another colour stays a change, and is not explained by a curve for blue. What the models can do is bounded
by what such changes are: a saturation that is not negative, for each channel a curve that only rises, and one gain for all
channels that changes slowly and symmetrically enough for a lens (a polynomial of the fourth degree in the radius, with a
slope). They are fitted by medians and least absolute deviations, in which less than half has no say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.laying import Grid, Laid, Mask, Pixels

TOLERANCE = 5.0
"""Grey levels between smoothed pictures of one tone. JPEG at quality 30 moves the mean of a block of luma or chroma by at most
half a step of its DC quantiser: 27 / 8 / 2 = 1.7 and 28 / 8 / 2 = 1.8 levels (ITU-T T.81 Annex K.1, scaled), and a
channel of RGB by both together, 1.7 + 1.77 * 1.8 = 4.9."""

_SIGMA = 1.0  # grid pixels over which colours are averaged before they are paired
_MEAN_SIGMA = 2.0  # halved grid pixels over which what is left is averaged before it is judged
_STEP = 5  # grid pixels from one sample to the next
_FEWEST = 64  # samples
_MOST_TRIED = 1500  # samples that saturations are tried on
_BINS = 24  # of a curve, equally wide
_FEWEST_IN_BIN = 12  # samples
_SATURATIONS = (1.0, 0.0, 0.25, 0.5, 0.7, 0.85, 1.2, 1.45, 1.75, 2.2)
_GAINS = (0.3, 1.8)  # of a darker corner or a glare, against the middle
_ROUNDS = 8  # of least absolute deviations
_PLAIN = 0.01  # unexplained share, up to which no other model is tried
_HALF = 0.5  # of the places: where tones as they were explain less, they were changed as a whole
_FAR_BETTER = (
    1 / 3
)  # of what a simpler model leaves, that a further one may leave where they were perhaps not
_BETTER = 0.8  # the same where they certainly were

Samples = NDArray[np.float32]  # (n, 3), 0 to 255
Model = Callable[[Pixels, NDArray[np.float32]], Pixels]
"""From registered colours (..., 3) and their places (..., 2), -1 to 1 along the longest side, to colours of the upload."""


@dataclass(frozen=True, eq=False)
class Toning:
    """What was done to the tones of an upload that is laid on a ``grid``; ``is_changed``: whether anything was."""

    grid: Grid
    model: Model
    is_changed: bool

    def applied(self, laid: Laid) -> Pixels:
        """Return the registered picture in the upload's tones, float32 (H, W, 3), on this grid or one over a part of it."""
        if not self.is_changed:
            return laid.registered
        return self.model(laid.registered, _places(laid.grid, self.grid))


def normalised(laid: Laid, asked: Mask) -> tuple[Pixels, bool]:
    """Return the registered picture in the upload's tones, float32 (H, W, 3), and whether they are others at all.

    ``asked``: (H, W), the places that models are fitted to.
    """
    found = toning(laid, asked)
    return found.applied(laid), found.is_changed


def toning(laid: Laid, asked: Mask) -> Toning:
    """Return what was done to the tones, as the places that are ``asked``, (H, W), tell."""
    halves = _Halves.of(laid)
    left = halves.unexplained(_unchanged)
    nothing = Toning(laid.grid, _unchanged, False)
    if left <= _PLAIN:
        return nothing
    known, seen, places = _samples(laid, asked)
    if len(known) < _FEWEST:
        return nothing
    enough = _BETTER if left > _HALF else _FAR_BETTER
    best = nothing
    for further in _models(known, seen, places):
        still = halves.unexplained(further)
        if still < left * enough:
            best, left = Toning(laid.grid, further, True), still
    return best


def _places(here: Grid, whole: Grid) -> NDArray[np.float32]:
    """The places of a grid's pixels as models take them, which are those of ``whole``."""
    way = np.linalg.inv(whole.to_registered) @ here.to_registered
    size = np.array(whole.size)
    columns, rows = (
        (way[axis, axis] * np.arange(here.size[axis]) + way[axis, 2] - size[axis] / 2) / (size.max() / 2)
        for axis in (0, 1)
    )
    return np.stack(np.meshgrid(columns, rows), axis=2).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Halves:
    """Both pictures at half of the grid's size, on which models are judged."""

    known: Pixels
    seen: Pixels
    places: NDArray[np.float32]
    valid: Mask

    @classmethod
    def of(cls, laid: Laid) -> Self:
        width, height = laid.grid.size
        size = (max(1, width // 2), max(1, height // 2))
        worn = _worn(laid.valid).astype(np.float32)
        known, seen, valid = (
            np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.float32)
            for each in (laid.registered, laid.upload, worn)
        )
        return cls(known, seen, _coordinates((size[1], size[0])), np.asarray(valid > 0.99))

    def unexplained(self, model: Model) -> float:
        """The share of places at which colours differ, on the mean, by more than the tolerance in any channel."""
        off = cv2.copyTo(cv2.subtract(model(self.known, self.places), self.seen), self.valid.astype(np.uint8))
        red, green, blue = (np.abs(each) for each in cv2.split(cv2.GaussianBlur(off, (0, 0), _MEAN_SIGMA)))
        mean = np.maximum(np.maximum(red, green), blue)[self.valid]
        return float((mean > TOLERANCE).mean()) if mean.size else 0.0


def _samples(laid: Laid, asked: Mask) -> tuple[Samples, Samples, NDArray[np.float32]]:
    """What is asked, here and there."""
    picked = (slice(_STEP // 2, None, _STEP),) * 2
    inside = (_worn(laid.valid) & asked)[picked]
    known, seen = (
        np.asarray(cv2.GaussianBlur(each, (0, 0), _SIGMA)[picked][inside], np.float32)
        for each in (laid.registered, laid.upload)
    )
    return known, seen, _coordinates(laid.valid.shape)[picked][inside]


def _worn(valid: Mask) -> Mask:
    return np.asarray(cv2.erode(valid.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _coordinates(shape: tuple[int, ...]) -> NDArray[np.float32]:
    rows, columns = np.indices(shape, np.float32)
    half = np.float32(max(shape) / 2)
    return np.stack([(columns - shape[1] / 2) / half, (rows - shape[0] / 2) / half], axis=2).astype(
        np.float32
    )


def _unchanged(colours: Pixels, places: NDArray[np.float32]) -> Pixels:
    return colours


def _models(known: Samples, seen: Samples, places: NDArray[np.float32]) -> Iterator[Model]:
    """A gain over the picture; a saturation and a curve for each channel; both."""
    yield _with_gain(known, seen, places)
    few = slice(None, None, max(1, len(known) // _MOST_TRIED))
    saturation = _saturation(known[few], seen[few])
    curves = _curves_at(saturation, known, seen)
    yield lambda colours, places: curves(colours)
    gain = _with_gain(curves(known), seen, places)
    gained = gain(np.full_like(known, 128), places)[:, :1] / 128
    flat = _curves_at(saturation, known, np.asarray(np.clip(seen / gained, 0, 255), np.float32))
    yield lambda colours, places: gain(flat(colours), places)


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


def _saturation(known: Samples, seen: Samples) -> float:
    """The saturation with which curves explain most."""

    def left(saturation: float) -> float:
        off = np.abs(_curves_at(saturation, known, seen)(known) - seen)
        return float(off.clip(max=3 * TOLERANCE).mean())

    return min(_SATURATIONS, key=left)


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
    """The rising curve through the medians of samples that are alike: (2, n)."""
    along = np.sort(known)
    inner = np.linspace(along[0], along[-1], _BINS + 1)[1:-1]
    ends = _large_enough(np.unique(np.append(np.searchsorted(along, inner), len(along))))
    part = np.searchsorted(ends, np.searchsorted(along, known, side="left"), side="right")
    at = _medians(along, ends)
    heights = _medians(seen[np.lexsort((seen, part))], ends)
    at += np.arange(len(at)) * 1e-6  # flat pictures: np.interp wants places that rise
    return np.stack([at, np.maximum.accumulate(heights)])


def _medians(ordered: NDArray[np.float32], ends: NDArray[np.intp]) -> NDArray[np.float64]:
    """The medians of parts of samples with these ends, each in order."""
    starts = np.concatenate([[0], ends[:-1]])
    low, high = (starts + ends - 1) // 2, (starts + ends) // 2
    return (ordered[low].astype(np.float64) + ordered[high]) / 2


def _large_enough(ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """The ends of parts, those that have too few samples taken together with their neighbours."""
    kept: list[int] = []
    for end in ends[ends > 0]:
        start = kept[-1] if kept else 0
        if end - start >= _FEWEST_IN_BIN:
            kept.append(int(end))
    if kept:
        kept[-1] = int(ends[-1])
    return np.array(kept or [int(ends[-1])], np.intp)


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
        solved = np.linalg.lstsq(terms * root, values * root[:, 0], rcond=None)[0]
        fitted = np.asarray(solved, np.float64).ravel()
        trust = weights / (np.abs(values - terms @ fitted) + 0.01)
    return fitted
