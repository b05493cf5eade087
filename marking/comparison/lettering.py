"""Whether the letters of the explicit label still stand where they stood in the registered picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.change import Box
from marking.comparison.laying import scale_of
from marking.marks.watermark.features import Homography

Luma = NDArray[np.float32]

_TALLEST = 48.0  # pixels of the label as it is compared
_SMALLEST = 6.0  # pixels of the label's plate in the upload, below which letters are a blur
_GONE = 0.45  # correlation of the letters' detail, below which they are gone
_SLACK = 0.2  # of the label's height, by which the upload may lie off there
_VISIBLE = 0.4  # of the label that the upload must show, for its absence to say anything
_LEAST_CONTRAST = 4.0  # grey levels of the registered letters' detail
_DETAIL = 0.25  # of the label's height, over which detail is taken from its mean


def erasure(
    upload: NDArray[np.uint8],
    registered: NDArray[np.uint8],
    homography: Homography,
    box: Box,
    part: NDArray[np.float64],
) -> float | None:
    """Return how sure it is, 0.5 to 1, that the letters in ``box`` of the registered picture are gone from the upload.

    ``homography``: from registered to upload pixels; ``part``: corners (4, 2) of the upright part of the registered picture that the
    upload shows, in registered pixels. None where they are there, cut off, or too small to be seen.
    """
    here = scale_of(homography, box[0] + box[2] / 2, box[1] + box[3] / 2)
    shown = _shown(upload.shape, homography, box, part)
    if box[3] * here < _SMALLEST or shown is None:
        return None
    box, (_, _, width, height) = shown, shown
    scale = min(1.0, here, _TALLEST / height)
    slack = max(1, round(_SLACK * height * scale))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    known = _seen(registered, np.eye(3), box, size, 0)
    seen = _seen(upload, homography, box, size, slack)
    deviation = _DETAIL * size[1]
    letters, found = (each - cv2.GaussianBlur(each, (0, 0), deviation) for each in (known, seen))
    if min(letters.shape) < 2 or letters.std() < _LEAST_CONTRAST:
        return None
    noise = np.random.default_rng(0).normal(0, 0.5, found.shape).astype(np.float32)  # nothing is like nothing
    likeness = max(0.0, float(cv2.matchTemplate(found + noise, letters, cv2.TM_CCOEFF_NORMED).max()))
    return 1 - 0.5 * likeness / _GONE if likeness < _GONE else None


def shown_of(box: Box, part: NDArray[np.float64]) -> Box:
    """Return what of a registered box lies within the upright part with these corners, (4, 2), at least one pixel."""
    x, y, width, height = box
    low = np.clip(np.floor(part.min(axis=0) + 0.5), (x, y), (x + width - 1, y + height - 1)).astype(int)
    high = np.clip(np.ceil(part.max(axis=0) + 0.5), low + 1, (x + width, y + height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def quad(homography: Homography, box: Box) -> NDArray[np.float64]:
    """Return where the corners of a registered box lie in the upload: (4, 2)."""
    x, y, width, height = box
    edges = np.array([[[x, y], [x + width, y], [x + width, y + height], [x, y + height]]], np.float64) - 0.5
    return np.asarray(cv2.perspectiveTransform(edges, homography)[0], np.float64)


def _shown(
    upload: tuple[int, ...], homography: Homography, box: Box, part: NDArray[np.float64]
) -> Box | None:
    """The part of a registered box that an upload of this shape shows; None where that is too little."""
    x, y, width, height = shown_of(box, part)
    corners = np.array(
        [[[x, y], [x + width - 1, y], [x, y + height - 1], [x + width - 1, y + height - 1]]], np.float64
    )
    if _are_inside(cv2.perspectiveTransform(corners, homography), upload).all():
        return x, y, width, height
    across, down = np.meshgrid(np.arange(x, x + width), np.arange(y, y + height))
    places = np.stack([across, down], axis=2).astype(np.float64)
    there = cv2.perspectiveTransform(places, homography)
    inside = _are_inside(there, upload)
    if inside.sum() < _VISIBLE * box[2] * box[3]:
        return None
    left, top, wide, high = cv2.boundingRect(np.asarray(inside, np.uint8))
    return x + left, y + top, wide, high


def _are_inside(places: cv2.typing.MatLike, upload: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which places, (n, m, 2), lie in an upload of this shape: (n, m)."""
    return np.asarray(((places >= -0.5) & (places <= np.array(upload[1::-1]) - 0.5)).all(axis=2))


def _seen(
    picture: NDArray[np.uint8], homography: Homography, box: Box, size: tuple[int, int], slack: int
) -> Luma:
    """A box of the registered picture, and ``slack`` pixels around it, as a picture of ``size`` and no finer."""
    x, y, width, height = box
    across, down = width / size[0], height / size[1]
    place = np.array(
        [[across, 0, x + across * (0.5 - slack) - 0.5], [0, down, y + down * (0.5 - slack) - 0.5], [0, 0, 1]]
    )
    way = homography @ place
    wide = (size[0] + 2 * slack, size[1] + 2 * slack)
    zoom = scale_of(way, wide[0] / 2, wide[1] / 2)
    finer = max(1, min(8, round(zoom)))  # sampled more closely and averaged, where the picture is finer
    closer = np.array([[1 / finer, 0, (1 / finer - 1) / 2], [0, 1 / finer, (1 / finer - 1) / 2], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    large = cv2.warpPerspective(
        picture,
        way @ closer,
        (wide[0] * finer, wide[1] * finer),
        flags=flags,
        borderMode=cv2.BORDER_REPLICATE,
    )
    grey = cv2.cvtColor(large, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, wide, interpolation=cv2.INTER_AREA), np.float32)
