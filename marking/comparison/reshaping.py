"""How the registered picture lies in an upload as a whole: cropped, framed, mirrored, turned, resized."""

from __future__ import annotations

from dataclasses import dataclass
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
    """A homography from registered to upload pixels in words; the fields are those of `comparing.Comparison`."""

    homography: Homography
    is_mirrored: bool
    rotation_degrees: float
    scale: float
    coverage: float
    surplus: float
    frame: NDArray[np.float64]

    def changes(self, upload: tuple[int, ...], confidence: float) -> tuple[ChangedRegion, ...]:
        """Return what is to be said of it, for an upload of this shape."""
        height, width = upload[:2]
        outline = tuple((round(x), round(y)) for x, y in self.frame)
        box = clipped_box(outline, upload)
        said = []
        if self.coverage < CROPPED:
            said.append(ChangedRegion(Kind.CROPPED, (0, 0, width, height), confidence, outline))
        if self.is_mirrored:
            said.append(ChangedRegion(Kind.MIRRORED, box, confidence, outline))
        if self.surplus >= FRAMED:
            said.append(ChangedRegion(Kind.FRAMED, box, confidence, outline))
        return tuple(said)


def reshaping(upload: tuple[int, ...], registered: tuple[int, ...], homography: Homography) -> Reshaping:
    """Describe a homography between pictures of these shapes (height, width, …)."""
    height, width = registered[:2]
    frame = cv2.perspectiveTransform(corners(registered)[None], homography)[0]
    shown, whole = _overlap(frame, corners(upload))
    seen = cv2.perspectiveTransform(shown[None], np.linalg.inv(homography))[0] if len(shown) else shown
    area = abs(float(cv2.contourArea(seen.astype(np.float32)))) if len(shown) else 0.0
    is_mirrored = _is_mirrored(frame)
    return Reshaping(
        homography,
        is_mirrored,
        _turn(frame, is_mirrored),
        scale_of(homography, width / 2, height / 2),
        min(1.0, area / (height * width)),
        1 - whole / (upload[0] * upload[1]),
        frame,
    )


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


def _is_mirrored(frame: NDArray[np.float64]) -> bool:
    return bool(cv2.contourArea(frame.astype(np.float32), oriented=True) < 0)


def _turn(frame: NDArray[np.float64], is_mirrored: bool) -> float:
    """Degrees clockwise by which the picture, mirrored first if it was, was turned: of its upper and lower edges together."""
    across = frame[1] + frame[2] - frame[0] - frame[3]
    if is_mirrored:
        across = -across
    return degrees(atan2(across[1], across[0]))
