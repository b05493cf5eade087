"""What matched features leave of a difference in place: a pixel here and there, and the bend of a screen or a lens.

The dense flow of `marking.marks.watermark.alignment` is asked once for the homography as a whole, and then for what bends
inside it. Both count only where they make the pictures more alike, so that no change is bent away.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.detail import ALIKE, alikeness, levelled, luma
from marking.comparison.laying import Laid, Mask, placed
from marking.marks.watermark.alignment import Aligned, flow, grid, sampled
from marking.marks.watermark.features import Homography

Luma = NDArray[np.float32]

_WHOLE_SIGMA = 16.0  # grid pixels over which the flow is averaged for the homography
_BEND_SIGMA = 32.0  # and for the bend: a changed region is bent as its surroundings are
_STILL = 0.1  # grid pixels of the median step, below which nothing is moved
_STRAIGHT = 0.1  # the same of the largest step along a side, below which nothing is bent
_STEP = 8  # grid pixels from one place that is asked to the next
_FEWEST_PLACES = 40  # that agree on a homography
_OFF_BY = 0.5  # grid pixels that they may lie off
_FURTHEST = 0.03  # of the grid's longest side, that a corner may be moved
_GAIN = 0.003  # of mean local correlation that makes a bend worth it


def settled(laid: Laid, homography: Homography) -> tuple[Laid, Homography]:
    """Return the upload laid more exactly, and the homography from registered to upload pixels that fits best."""
    known = luma(laid.registered)
    moved = _homography(*_steps(laid, known, _WHOLE_SIGMA))
    if moved is None:
        return laid, homography
    finer = homography @ laid.grid.to_registered @ moved @ np.linalg.inv(laid.grid.to_registered)
    again = laid.moved(placed(laid.grid, finer))
    detail = levelled(known)
    if _likeness(again, detail, again.valid) <= _likeness(laid, detail, laid.valid):
        return laid, homography
    return again, np.asarray(finer / finer[2, 2], np.float64)


def unbent(laid: Laid, part: Mask) -> Laid:
    """Return the upload laid without the bend that ``part``, (H, W), of it shows."""
    known = luma(laid.registered)
    steps, _ = _steps(replace(laid, valid=laid.valid & part), known, _BEND_SIGMA)
    if np.abs(steps).max(initial=0, where=part[..., None]) < _STRAIGHT:
        return laid
    again = laid.moved(sampled(laid.places, grid(laid.valid.shape) + steps))
    detail = levelled(known)
    before, after = (_likeness(each, detail, each.valid & part) for each in (laid, again))
    return again if after > before + _GAIN else laid


def _likeness(laid: Laid, detail: Luma, asked: Mask) -> float:
    """Mean local correlation of what is asked with the registered detail, 0 to 1."""
    alike = alikeness(detail, levelled(luma(laid.upload)))[asked]
    return float(alike.mean()) if alike.size else 0.0


def _steps(laid: Laid, known: Luma, sigma: float) -> tuple[NDArray[np.float32], Mask]:
    """The flow, taken from halved pictures, and where it can be trusted."""
    seen = luma(laid.upload)
    size = (max(1, known.shape[1] // 2), max(1, known.shape[0] // 2))
    halves = [
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.float32)
        for each in (known, seen, laid.valid.astype(np.float32))
    ]
    valid = halves[2] > 0.99
    steps = flow(Aligned(np.where(valid, halves[1], halves[0]), valid, 0.0), halves[0], sigma / 2)
    moved = sampled(halves[1], grid(valid.shape) + steps)
    trusted = valid & (alikeness(levelled(halves[0]), levelled(moved)) > ALIKE)
    doubled = cv2.resize(steps, known.shape[::-1]) * (np.array(known.shape[::-1], np.float32) / size)
    wide = cv2.resize(trusted.astype(np.uint8), known.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(doubled, np.float32), laid.valid & (wide > 0)


def _homography(steps: NDArray[np.float32], trusted: Mask) -> Homography | None:
    """The homography on the grid that the trusted steps agree on; None where they stand still or do not agree."""
    here = np.zeros_like(trusted)
    here[::_STEP, ::_STEP] = True
    here &= trusted
    if here.sum() < _FEWEST_PLACES or np.median(np.hypot(*steps[here].T)) < _STILL:
        return None
    places = grid(trusted.shape)[here]
    found, agreeing = cv2.findHomography(places, places + steps[here], cv2.RANSAC, _OFF_BY)
    if int(agreeing.sum()) < _FEWEST_PLACES:
        return None
    edge = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]], np.float64) * trusted.shape[::-1]
    furthest = np.abs(cv2.perspectiveTransform(edge, found) - edge).max()
    return np.asarray(found, np.float64) if furthest < _FURTHEST * max(trusted.shape) else None
