"""What matched features leave of a difference in place: a pixel here and there, and the bend of a screen or a lens.

A dense flow is asked once for the homography as a whole, and then for what bends
inside it. Both count only where they make the pictures more alike, so that no change is bent away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.blurring import blurred
from marking.comparison.detail import ALIKE, alikeness, levelled, luma, power_of
from marking.comparison.laying import Laid, Mask, placed
from marking.marks.watermark.alignment import grid, in_bytes, sampled
from marking.marks.watermark.features import Homography

Luma = NDArray[np.float32]

_WHOLE_SIGMA = 8.0  # grid pixels over which the flow is averaged for the homography
_BEND_SIGMA = 16.0  # and for the bend: a changed region is bent as its surroundings are
_PATCH_STRIDE, _DESCENTS, _REFINEMENTS = 4, 12, 1  # of the flow
_STILL = 0.05  # grid pixels of the median step, below which nothing is moved
_STRAIGHT = 0.05  # the same of the largest step along a side, below which nothing is bent
_STEP = 4  # grid pixels from one place that is asked to the next
_FEWEST_PLACES = 40  # that agree on a homography
_OFF_BY = 0.25  # grid pixels that they may lie off
_NEARLY = 0.95  # of the places that agree on a homography
_FURTHEST = 0.03  # of the grid's longest side, that a corner may be moved
_GAIN = 0.00075  # of mean local correlation that makes a bend worth it; at twice the size it is four times as much


def nearer(laid: Laid, homography: Homography) -> Homography:
    """Return the homography from registered to upload pixels that fits best."""
    levels = _Levels.of(laid, laid.valid)
    moved, _ = _moved(levels, levels.flow())
    return homography if moved is None else _finer(laid, homography, moved)


def settled(laid: Laid, homography: Homography) -> tuple[Laid, Homography]:
    """Return the upload laid more exactly, and the homography that `nearer` returns."""
    levels = _Levels.of(laid, laid.valid)
    flow = levels.flow()
    moved, gained = _moved(levels, flow)
    is_straight = levels.gain(flow.averaged(_BEND_SIGMA)) <= gained + _GAIN
    if moved is None:
        return replace(laid, is_straight=is_straight), homography
    finer = _finer(laid, homography, moved)
    again = laid.moved(placed(laid.grid, finer))
    return replace(again, is_straight=is_straight), finer


def _moved(levels: _Levels, flow: _Flow) -> tuple[Homography | None, float]:
    """The homography on the grid that makes the pictures more alike as a whole, and by how much; None and nought without one."""
    steps = flow.averaged(_WHOLE_SIGMA)
    moved = _homography(steps, levels.valid & (levels.likeness(steps) > ALIKE))
    gained = 0.0 if moved is None else levels.gain(_steps(moved, steps.shape))
    return (moved, gained) if gained > 0 else (None, 0.0)


def _finer(laid: Laid, homography: Homography, moved: Homography) -> Homography:
    """The homography with a further one on the grid before it."""
    finer = homography @ laid.grid.to_registered @ moved @ np.linalg.inv(laid.grid.to_registered)
    return np.asarray(finer / finer[2, 2], np.float64)


def unbent(laid: Laid, part: Mask) -> Laid:
    """Return the upload laid without the bend that ``part``, (H, W), of it shows."""
    if laid.is_straight and part.all():
        return laid
    levels = _Levels.of(laid, laid.valid & part)
    steps = levels.flow().averaged(_BEND_SIGMA)
    if np.abs(steps).max(initial=0, where=part[..., None]) < _STRAIGHT or levels.gain(steps) <= _GAIN:
        return laid
    return laid.moved(sampled(laid.places, grid(laid.valid.shape) + steps))


@dataclass(frozen=True, eq=False)
class _Flow:
    """Steps from place to place, (H, W, 2), and how far each is to be trusted: where both pictures are alike, (H, W)."""

    steps: NDArray[np.float32]
    trust: NDArray[np.float32]

    def averaged(self, sigma: float) -> NDArray[np.float32]:
        """Return the steps averaged over so many grid pixels."""
        total = blurred(self.trust, sigma)
        weighted = blurred(np.asarray(self.steps * self.trust[..., None], np.float32), sigma)
        return np.asarray(weighted / total[..., None], np.float32)


@dataclass(frozen=True, eq=False)
class _Levels:
    """Both pictures levelled, (H, W), and where the upload shows anything."""

    detail: Luma
    shown: Luma
    valid: Mask

    @classmethod
    def of(cls, laid: Laid, asked: Mask) -> Self:
        known = luma(laid.registered)
        seen = np.where(asked, luma(laid.upload), known)
        return cls(levelled(known), levelled(seen), asked)

    def flow(self) -> _Flow:
        """The dense flow from the registered picture to the upload."""
        still = np.zeros((*self.detail.shape, 2), np.float32)
        finder = _finder()
        steps = np.asarray(finder.calc(in_bytes(self.detail), in_bytes(self.shown), still), np.float32)
        return _Flow(steps, np.square(self.likeness(steps) * self.detail) * self.valid + np.float32(1e-3))

    def likeness(self, steps: NDArray[np.float32]) -> Luma:
        """Local correlation after these steps."""
        moved = sampled(self.shown, grid(self.valid.shape) + steps)
        return alikeness(self.detail, moved, power=self._power)

    @cached_property
    def _power(self) -> Luma:
        return power_of(self.detail)

    @cached_property
    def _as_it_lies(self) -> Luma:
        """Local correlation without any steps."""
        return alikeness(self.detail, self.shown, power=self._power)

    def gain(self, steps: NDArray[np.float32]) -> float:
        """How much more alike the pictures are after these steps, on the mean; nought where nothing is shown."""
        gained = (self.likeness(steps) - self._as_it_lies)[self.valid]
        return float(gained.mean()) if gained.size else 0.0


def _steps(moved: Homography, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A homography on the grid of this shape (H, W, …) as steps."""
    places = grid(shape[:2])
    there = cv2.perspectiveTransform(places.reshape(1, -1, 2), moved)
    return np.asarray(there.reshape(places.shape) - places, np.float32)


def _finder() -> cv2.DISOpticalFlow:
    """That of :func:`marking.marks.watermark.alignment.flow`, less exact by a fiftieth of a pixel of an average, in half the time."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    finder.setPatchStride(_PATCH_STRIDE)
    finder.setGradientDescentIterations(_DESCENTS)
    finder.setVariationalRefinementIterations(_REFINEMENTS)
    return finder


def _agreed(here: NDArray[np.float32], there: NDArray[np.float32]) -> Homography | None:
    """The way on which most places (n, 2) agree: an affine one where nearly as many do, as it is told more exactly by them."""
    found, agreeing = cv2.findHomography(here, there, cv2.RANSAC, _OFF_BY)
    count = int(agreeing.sum())
    if count < _FEWEST_PLACES:
        return None
    _, agreeing = cv2.estimateAffine2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=_OFF_BY)
    if int(agreeing.sum()) < _NEARLY * count:
        return np.asarray(found, np.float64)
    inside = agreeing.ravel() > 0
    terms = np.column_stack([here[inside], np.ones(int(agreeing.sum()))]).astype(np.float64)
    fitted = np.linalg.lstsq(terms, there[inside].astype(np.float64), rcond=None)[0]
    return np.vstack([fitted.T, (0, 0, 1)])


def _homography(steps: NDArray[np.float32], trusted: Mask) -> Homography | None:
    """The homography on the grid that the trusted steps agree on; None where they stand still or do not agree."""
    here = np.zeros_like(trusted)
    here[::_STEP, ::_STEP] = True
    here &= trusted
    if here.sum() < _FEWEST_PLACES or np.median(np.hypot(*steps[here].T)) < _STILL:
        return None
    places = grid(trusted.shape)[here]
    found = _agreed(places, places + steps[here])
    if found is None:
        return None
    edge = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]], np.float64) * trusted.shape[::-1]
    furthest = np.abs(cv2.perspectiveTransform(edge, found) - edge).max()
    return np.asarray(found, np.float64) if furthest < _FURTHEST * max(trusted.shape) else None
