"""How the registered picture lies in an upload as a whole: cropped, framed, mirrored, turned, resized."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, degrees

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.change import Box, ChangedRegion, Kind, Outline
from marking.comparison.laying import corners, scale_of
from marking.marks.watermark.features import Homography

CROPPED = 0.98
"""Share of the registered picture that the upload shows, below which it is cropped: more than a pixel or two is gone."""

FRAMED = 0.03
"""Share of the upload outside of the registered picture, from which it is framed."""


@dataclass(frozen=True, eq=False)
class Reshaping:
    """A homography between pictures of the shapes ``upload`` and ``registered`` (height, width, …), in words.

    ``shown``: the corners of the part of the registered picture that may be seen in the upload, in its own pixels: (4, 2). The
    other values are those of `comparing.Comparison`.
    """

    upload: tuple[int, ...]
    registered: tuple[int, ...]
    homography: Homography
    shown: NDArray[np.float64]

    @property
    def frame(self) -> NDArray[np.float64]:
        """The registered picture's corners in upload pixels: (4, 2)."""
        return self._there(corners(self.registered))

    @property
    def is_mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return bool(cv2.contourArea(self.frame.astype(np.float32), oriented=True) < 0)

    @property
    def rotation_degrees(self) -> float:
        """Degrees clockwise by which it was turned, mirrored first if it was."""
        return _turn(self.frame, self.is_mirrored)

    @property
    def scale(self) -> float:
        """Upload pixels for each registered one."""
        height, width = self.registered[:2]
        return scale_of(self.homography, width / 2, height / 2)

    @property
    def coverage(self) -> float:
        """Share of the registered picture that the upload shows, 0 to 1."""
        seen, _ = _overlap(self._there(self.shown), corners(self.upload))
        if not len(seen):
            return 0.0
        here = cv2.perspectiveTransform(seen[None], np.linalg.inv(self.homography))[0]
        area = abs(float(cv2.contourArea(here.astype(np.float32))))
        return min(1.0, area / (self.registered[0] * self.registered[1]))

    @property
    def surplus(self) -> float:
        """Share of the upload that shows something else, 0 to 1."""
        _, area = _overlap(self._there(self.shown), corners(self.upload))
        return 1 - area / (self.upload[0] * self.upload[1])

    @property
    def is_as_it_lay(self) -> bool:
        """Whether all of the upload is all of the registered picture."""
        return self.coverage >= CROPPED and self.surplus < FRAMED

    def of_part(self, shown: NDArray[np.float64]) -> Reshaping:
        """Return the same where only a part with these corners, (4, 2), is seen, in registered pixels."""
        return replace(self, shown=shown)

    def changes(self, confidence: float) -> tuple[ChangedRegion, ...]:
        """Return what is to be said of it."""
        height, width = self.upload[:2]
        frame, place = (_outline(each) for each in (self.frame, self._there(self.shown)))
        box = clipped_box(place, self.upload)
        said = []
        if self.coverage < CROPPED:
            said.append(ChangedRegion(Kind.CROPPED, (0, 0, width, height), confidence, frame))
        if self.is_mirrored:
            said.append(ChangedRegion(Kind.MIRRORED, box, confidence, place))
        if self.surplus >= FRAMED:
            said.append(ChangedRegion(Kind.FRAMED, box, confidence, place))
        return tuple(said)

    def _there(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.perspectiveTransform(places[None], self.homography)[0], np.float64)


def reshaping(upload: tuple[int, ...], registered: tuple[int, ...], homography: Homography) -> Reshaping:
    """Describe a homography between pictures of these shapes (height, width, …), where all of both is seen."""
    return Reshaping(upload, registered, homography, corners(registered))


def _outline(places: NDArray[np.float64]) -> Outline:
    return tuple((round(float(x)), round(float(y))) for x, y in places)


def clipped_box(outline: Outline, upload: tuple[int, ...]) -> Box:
    """Return the box (x, y, width, height) around an outline, inside of an upload of this shape, at least one pixel."""
    places = np.array(outline, np.int64)
    low = np.clip(places.min(axis=0), 0, np.array(upload[1::-1]) - 1)
    high = np.clip(places.max(axis=0), low + 1, upload[1::-1])
    x, y = (int(each) for each in low)
    return x, y, int(high[0]) - x, int(high[1]) - y


def _overlap(frame: NDArray[np.float64], edge: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """What two convex quadrilaterals have in common, and its area."""
    area, shared = cv2.intersectConvexConvex(frame.astype(np.float32), edge.astype(np.float32))
    # OpenCV gives None where they do not meet, whatever its types say.
    return np.array([] if area <= 0 else shared, np.float64).reshape(-1, 2), float(area)


def _turn(frame: NDArray[np.float64], is_mirrored: bool) -> float:
    """Degrees clockwise by which the picture, mirrored first if it was, was turned: of its upper and lower edges together."""
    across = frame[1] + frame[2] - frame[0] - frame[3]
    if is_mirrored:
        across = -across
    return degrees(atan2(across[1], across[0]))
