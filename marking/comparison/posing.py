"""Where the registered picture lies in an upload: as it lay, turned, mirrored, cut, small on a page, or in perspective.

Every pose that is tried is laid out and looked at: matched features alone are not believed. Unrelated pictures bring
many matches of one feature with many (all at a scale near nought), so the scale is bounded, and what then lies upon each
other must be alike, place by place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.detail import ALIKE, alikeness, levelled, power_of, texture
from marking.comparison.laying import Laid, corners, lay, scale_of
from marking.comparison.settling import nearer
from marking.comparison.telling import Lie, lay_as_told
from marking.marks.shrinking import shrunk
from marking.marks.watermark.alignment import whole
from marking.marks.watermark.features import Homography, find_homography

Luma = NDArray[np.uint8]

LEAST_SHARE = 0.25
"""Of the places with texture that the pose brings together, the share that must be alike."""

_LARGEST_AREA = 3e5  # pixels of each picture that features are looked for in
_TRIAL = 480  # grid pixels along the longest side on which a pose is tried
_SAME_ASPECT = 1.02  # largest quotient of the aspects of a picture and all of it, resized
_SURE = 0.8  # share of alike places above which no other pose is tried
_TOLD_SURE = 0.5  # the same of a pose that was told
_LEAST_TEXTURE = 0.02  # share of the grid with texture, below which the whole is compared by its tones
_TONES_ALIKE = 0.9  # correlation of the blurred tones of pictures without texture
_TONES_SIGMA = 4.0  # grid pixels
_SCALES = (0.1, 10.0)  # upload pixels for each registered one, both shrunk to be looked at
_LEAST_AREA = 0.01  # of the registered picture, that must be alike
_DENSE = (
    3 * _TONES_SIGMA
)  # grid pixels: radius of a disc in which all must be alike; along one edge it is not
_LEAST_DENSE = 0.02  # of the grid, in one piece of such discs: some fifteen windows of likeness, each alike by chance once in ten


@dataclass(frozen=True, eq=False)
class Pose:
    """A way in which a registered picture may lie in an upload.

    ``homography``: from registered to upload pixels; ``alike``: share 0 to 1 of what lies upon each other with texture
    that is alike; ``area``: that as a share of the whole registered picture; ``is_told``: size and turn were told beforehand; ``dense``: share of what lies upon each other in the
    largest piece that is alike throughout.
    """

    homography: Homography
    alike: float
    area: float
    is_whole: bool
    is_told: bool = False
    dense: float = 0.0

    @property
    def is_mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return bool(np.linalg.det(self.homography) < 0)

    @property
    def is_certain(self) -> bool:
        """Whether no other pose need be tried: nearly all is alike, or, as features tell, a large piece is throughout.

        Of one that was told, most: what tells it knows neither picture's content.
        """
        if self.is_told:
            return self.alike > _TOLD_SURE
        return self.alike > _SURE or (not self.is_whole and self.dense >= LEAST_SHARE)


def find_pose(
    upload: NDArray[np.uint8], registered: NDArray[np.uint8], *, told: Lie | None = None
) -> Pose | None:
    """Return how the registered picture (h, w, 3) lies in the upload (H, W, 3); None where it cannot be told.

    That it lies so is believed where `LEAST_SHARE` of what lies upon each other is alike; and of less, as behind a figure
    everything else was exchanged, where all of one compact piece is. ``told``: how it is said to lie, which is then tried before
    its features are looked for, and believed no more than they are.
    """
    theirs, to_theirs = _shrunk(upload)
    ours, to_ours = _shrunk(registered)
    best: Pose | None = None
    for candidate in _poses(theirs, ours, told and _among(told, to_theirs, to_ours)):
        if not _is_possible(candidate.homography, ours.shape):
            continue
        tried = _tried(theirs, ours, candidate)
        if tried is not None and (best is None or tried.area > 1.02 * best.area):
            best = tried
        if best is not None and best.is_certain:
            break
    if best is None:
        return None
    full = np.linalg.inv(to_theirs) @ best.homography @ to_ours
    return replace(best, homography=full / full[2, 2])


def _among(told: Lie, to_theirs: Homography, to_ours: Homography) -> Lie:
    """How it lies among the shrunk pictures."""
    shrunk = np.linalg.det(to_theirs[:2, :2]) / np.linalg.det(to_ours[:2, :2])
    return replace(told, scale=told.scale * float(shrunk) ** 0.5)


class _Candidate(NamedTuple):
    homography: Homography
    is_whole: bool
    is_told: bool = False


def _poses(theirs: Luma, ours: Luma, told: Lie | None) -> Iterator[_Candidate]:
    """As it lay; as it is told to lie; as its features tell; turned by quarters or mirrored."""
    if _is_all(theirs.shape, ours.shape, 0) and (told is None or told.may_be_all(theirs.shape, ours.shape)):
        yield _Candidate(whole(theirs.shape, ours.shape, False, 0), True)
    if told:
        yield from _as_told(theirs, ours, told)
    for spread in (False, True):
        found = find_homography(theirs.astype(np.float32), ours.astype(np.float32), spread=spread)
        if found is not None:
            yield _Candidate(found, False)
    yield from _turned(theirs, ours)


def _as_told(theirs: Luma, ours: Luma, told: Lie) -> Iterator[_Candidate]:
    """The whole of it, if it may be, and then any part of it."""
    is_upright = told.quarters == 0 and not told.is_mirrored
    if not is_upright and _is_all(theirs.shape, ours.shape, told.quarters):
        yield _Candidate(whole(theirs.shape, ours.shape, told.is_mirrored, told.quarters), True)
    found = lay_as_told(theirs, ours, told) if told.is_straight else None
    laid = None if found is None else lay(theirs, ours, found, _TRIAL // 2)
    if found is not None and laid is not None:
        yield _Candidate(nearer(laid, found), False, is_told=True)


def _turned(theirs: Luma, ours: Luma) -> Iterator[_Candidate]:
    """The whole turned by quarters or mirrored."""
    for mirrored in (False, True):
        for quarters in range(4):
            if (mirrored or quarters) and _is_all(theirs.shape, ours.shape, quarters):
                yield _Candidate(whole(theirs.shape, ours.shape, mirrored, quarters), True)


def _is_all(theirs: tuple[int, ...], ours: tuple[int, ...], quarters: int) -> bool:
    """Whether the upload has the proportions of the whole registered picture, turned by quarters."""
    height, width = ours[::-1] if quarters % 2 else ours
    stretch = theirs[1] * height / (theirs[0] * width)
    # The sides of small pictures are rounded: a pixel more or less is no other proportion.
    return max(stretch, 1 / stretch) <= _SAME_ASPECT + 1 / min(*theirs, *ours)


def _is_possible(homography: Homography, shape: tuple[int, ...]) -> bool:
    """Whether a camera can see a picture of this shape so, at a size at which anything is to be seen."""
    quad = cv2.perspectiveTransform(corners(shape)[None], homography)[0]
    depth = np.column_stack([corners(shape), np.ones(4)]) @ homography[2]
    if (depth * depth[0] <= 0).any() or not cv2.isContourConvex(quad.astype(np.float32)):
        return False
    scales = [scale_of(homography, x, y) for x, y in corners(shape)]
    return _SCALES[0] < min(scales) and max(scales) < _SCALES[1] and max(scales) < 4 * min(scales)


def _tried(theirs: Luma, ours: Luma, candidate: _Candidate) -> Pose | None:
    homography, is_whole, is_told = candidate
    laid = lay(theirs, ours, homography, _TRIAL)
    if laid is None:
        return None
    if is_whole and texture(levelled(laid.registered)).mean() < _LEAST_TEXTURE:
        alike = _alike_tones(laid)
        return Pose(homography, alike, alike, True) if alike >= _TONES_ALIKE else None
    seen = _alike_share(laid)
    if seen is None or (seen[0] < LEAST_SHARE and seen[2] < _LEAST_DENSE):
        return None
    covered = laid.valid.size * float(np.linalg.det(laid.grid.to_registered)) / ours.size
    pose = Pose(homography, seen[0], seen[1] * covered, is_whole, is_told, seen[2])
    return pose if pose.area >= _LEAST_AREA else None


def _alike_share(laid: Laid) -> tuple[float, float, float] | None:
    """The share alike of what is valid and has texture, of all of the grid, and in one dense piece of it; None without texture."""
    known, seen = levelled(laid.registered), levelled(laid.upload)
    power = power_of(known)
    textured = texture(known, power=power) & laid.valid
    if not textured.any():
        return None
    alike = np.asarray((alikeness(known, seen, power=power) > ALIKE) & textured)
    return float(alike.sum() / textured.sum()), float(alike.mean()), _dense_share(alike)


def _dense_share(alike: NDArray[np.bool_]) -> float:
    """Share of the grid in the largest piece of what is alike in whole discs."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(_DENSE) + 1,) * 2)
    opened = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, disc)
    _, _, pieces, _ = cv2.connectedComponentsWithStats(opened)
    return int(pieces[1:, cv2.CC_STAT_AREA].max(initial=0)) / alike.size


def _alike_tones(laid: Laid) -> float:
    """Correlation of the blurred pictures; nought where one of them is flat."""
    one, other = (
        cv2.GaussianBlur(each, (0, 0), _TONES_SIGMA)[laid.valid] for each in (laid.upload, laid.registered)
    )
    one, other = one - one.mean(), other - other.mean()
    power = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / power if power > one.size else 0.0


def _shrunk(rgb: NDArray[np.uint8]) -> tuple[Luma, Homography]:
    """Luma of at most `_LARGEST_AREA` pixels, and the way there from the picture's own pixels."""
    height, width = rgb.shape[:2]
    shrinking = min(1.0, (_LARGEST_AREA / (height * width)) ** 0.5)
    size = (max(1, round(width * shrinking)), max(1, round(height * shrinking)))
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    across, down = size[0] / width, size[1] / height
    way = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
    return (shrunk(grey, size) if shrinking < 1 else grey), way
