"""What was done to a changed region, by what stood there and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from marking.comparison.change import Kind
from marking.comparison.detail import luma
from marking.comparison.laying import Mask, Pixels
from marking.comparison.regions import BACKGROUND_SHARE, Region

_RING = 9  # grid pixels around a region that its surroundings are taken from
_LIKE = 0.6  # correlation of detail, from which the structure of both is the same
_SAME = (
    0.75  # the same, from which a difference of structure alone is the ringing or the softness of a filter
)
_SHIFTED = 0.15  # of a region, from which its colours are others
_STANDS_OUT = 1.6  # times as much as the other, from which one of them shows a thing and the other none
_QUIET = 4.0  # grey levels that stand for noise
_DETAIL = 6.0  # grid pixels over which detail is taken from its mean
_REACH = 25  # grid pixels: four of those, and one


@dataclass(frozen=True)
class _Look:
    """A region in one picture: deviation of its detail, and how far its mean is from its surroundings', in grey levels."""

    detail: float
    apart: float

    @property
    def presence(self) -> float:
        """How much it stands out as a thing of its own."""
        return float(np.hypot(self.detail, self.apart)) + _QUIET


def name(
    region: Region, expected: Pixels, upload: Pixels, valid: Mask, *, area: float | None = None
) -> Kind | None:
    """Return the kind of a region of ``upload``, where ``expected`` was expected: float32 (H, W, 3), 0 to 255.

    ``area``: grid pixels that are valid in all, where ``valid`` is a part of the grid. None where the same stands there in the same colours, only sharper, softer or more ragged.
    """
    around = _around(region.mask)
    mask, shown = region.mask[around], valid[around]
    was, now = (np.ascontiguousarray(each[around]) for each in (expected, upload))
    before, after = (_look(mask, each, shown) for each in (was, now))
    likeness = _likeness(mask, luma(was), luma(now))
    is_shifted = region.shifted >= _SHIFTED
    if likeness > _SAME and not is_shifted:
        return None
    if likeness > _LIKE and is_shifted:
        return Kind.RECOLOURED
    if region.area > BACKGROUND_SHARE * (valid.sum() if area is None else area):
        return Kind.BACKGROUND
    if after.presence > _STANDS_OUT * before.presence:
        return Kind.ADDED
    if before.presence > _STANDS_OUT * after.presence or _is_smoothed(before, after):
        return Kind.REMOVED
    is_flat = max(before.detail, after.detail) < _QUIET
    return Kind.RECOLOURED if is_flat else Kind.REPLACED


def _around(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that a region and what its detail is taken from lie in."""
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return slice(max(0, y - _REACH), y + height + _REACH), slice(max(0, x - _REACH), x + width + _REACH)


def _is_smoothed(before: _Look, after: _Look) -> bool:
    """Whether detail is gone, and what is there instead goes on from its surroundings: so inpainting looks."""
    is_smoother = before.detail + _QUIET > _STANDS_OUT * (after.detail + _QUIET)
    return is_smoother and after.apart <= before.apart + _QUIET


def _look(mask: Mask, picture: Pixels, valid: Mask) -> _Look:
    inner = _core(mask)
    ring = (cv2.dilate(mask.astype(np.uint8), np.ones((2 * _RING + 1,) * 2, np.uint8)) > 0) & ~mask & valid
    detail = _detail(luma(picture), mask)[inner].std()
    if not ring.any():
        return _Look(float(detail), 0.0)
    return _Look(float(detail), float(np.abs(picture[inner].mean(axis=0) - picture[ring].mean(axis=0)).max()))


def _likeness(mask: Mask, one: Pixels, other: Pixels) -> float:
    """Correlation of the detail inside; nought where one has none."""
    inner = _core(mask)
    first, second = (_detail(each, mask)[inner] for each in (one, other))
    first, second = first - first.mean(), second - second.mean()
    power = float(np.linalg.norm(first) * np.linalg.norm(second)) + 0.25 * float(inner.sum())
    return float(first @ second) / power


def _core(mask: Mask) -> Mask:
    """The inside of a region without its border, if anything is left then."""
    inner = cv2.erode(mask.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=1) > 0
    return np.asarray(inner) if inner.any() else mask


def _detail(grey: Pixels, mask: Mask) -> Pixels:
    """What differs from the mean around, of the region's own pixels only: its border is none of its detail."""
    inside = mask.astype(np.float32)
    around = cv2.GaussianBlur(grey * inside, (0, 0), _DETAIL) / (
        cv2.GaussianBlur(inside, (0, 0), _DETAIL) + 1e-6
    )
    return np.asarray(grey - around, np.float32)
