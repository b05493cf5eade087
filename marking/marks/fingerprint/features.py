"""What a part of a picture is recognised by, where the whole is cropped or lies in a collage: local features.

ORB (Rublee et al., doi:10.1109/ICCV.2011.6126544) as OpenCV has it: binary descriptors, compiled, small enough to be kept for
every work. They survive turns and changes of size, not mirroring: take those of the mirrored picture as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MOST = 400
"""Features kept of a registered picture."""
MOST_ASKED = 1200
"""Features taken of a picture that is asked about: a registered one may be a small part of it."""
FEATURE_BYTES = 36
"""A feature: its place (x, y, uint16 little-endian, in `_PLACE` of a pixel), then its descriptor of 256 bits."""
MOST_BYTES = 2 + MOST * FEATURE_BYTES
"""Largest length of packed features: a version (uint16), then the features."""

_VERSION = 1
_SIDES = (512, 768)
"""Pixels of the longer side of the picture in which features are sought: smaller ones are enlarged, larger ones shrunk."""
_PLACE = 1 / 64
_SOUGHT = 2000
_CELLS = 5
_OCTAVES = 2
"""Features are shared out among so many cells along each side, and so many steps of the pyramid (each a fifth smaller): the
strongest alone would lie in one corner, and on the finest step, of which a shrunk copy has nothing.

Measured on 24 photographs (768 × 512 pixels) with 1,200 features asked about, fewest and median of the features that `votes`
counts: JPEG 50: 330, 361; crop to a quarter of the area, JPEG 70: 3 (all but one 8 or more), 59; halved: 166, 199; a third: 120,
172; turned by 30 degrees and cropped: 38, 82; turned by 17 degrees, cropped and halved: 41, 68; shrunk to 500 pixels within
another picture: 20, 46; unrelated pictures: at most 4. With 400 features by strength alone, half of those shrunk within another
picture counted less than 8.
"""
_STEP = 1.2
"""Times by which one step of the pyramid is smaller than the one before, OpenCV's default."""
_EDGE = 19
"""Pixels along the frame without features."""
_FAINTEST = 8
"""Grey levels by which a corner has to stand out; OpenCV's default of 20 leaves smooth pictures with none."""

_RATIO = 0.8  # Lowe, doi:10.1023/B:VISI.0000029664.99615.94, section 7.1
_NEAR = 4.0
"""Pixels by which a matched place may lie off."""
_SCALES = (0.1, 10.0)
"""Beyond these changes of size, matches are many onto one place."""
_FEWEST = 3

LIKE = 8
"""Votes from which two pictures are taken to share a part: twice what unrelated ones reached."""


@dataclass(frozen=True)
class Features:
    """``places``: float32 (N, 2), x and y in pixels of the picture in which they were sought; ``descriptors``: uint8 (N, 32)."""

    places: NDArray[np.float32]
    descriptors: NDArray[np.uint8]


def take(rgb: NDArray[np.uint8], *, most: int = MOST) -> bytes:
    """Return at most ``most`` features of a picture, packed: `MOST_BYTES` by default, two bytes where it has no corners.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255. Raises ValueError for any other.
    """
    _require(rgb)
    grey = _grey(rgb)
    return _packed(grey, _corners(grey, most))


def take_mirrored_too(rgb: NDArray[np.uint8], *, most: int = MOST) -> tuple[bytes, bytes]:
    """Return the features of a picture and those of its mirror image, each as `take` does.

    The mirror image has the corners of the picture, mirrored, so that they are sought once.
    """
    _require(rgb)
    grey = _grey(rgb)
    corners = _corners(grey, most)
    mirrored = [_mirrored(corner, grey.shape[1]) for corner in corners]
    return _packed(grey, corners), _packed(np.ascontiguousarray(grey[:, ::-1]), mirrored)


def _require(rgb: NDArray[np.uint8]) -> None:
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
        raise ValueError(f"expected uint8 of shape (H, W, 3), found {rgb.dtype} of shape {rgb.shape}")


def _detector() -> cv2.ORB:
    return cv2.ORB.create(nfeatures=_SOUGHT, scaleFactor=_STEP, fastThreshold=_FAINTEST, edgeThreshold=_EDGE)


def _corners(grey: NDArray[np.uint8], most: int) -> list[cv2.KeyPoint]:
    return _spread(_detector().detect(grey), grey.shape)[:most]


def _mirrored(corner: cv2.KeyPoint, width: int) -> cv2.KeyPoint:
    """The corner as it is found in the mirror image of a picture of this width: in the same pixel of its step of the pyramid."""
    x, y = corner.pt
    times = _STEP**corner.octave
    last = round(width / times) - 1
    across, angle = (last - x / times) * times, (180 - corner.angle) % 360
    return cv2.KeyPoint(across, y, corner.size, angle, corner.response, corner.octave)


def _packed(grey: NDArray[np.uint8], corners: Sequence[cv2.KeyPoint]) -> bytes:
    corners, descriptors = _detector().compute(grey, corners)
    start = _VERSION.to_bytes(2, "little")
    if not corners:
        return start
    places = np.rint(np.array([corner.pt for corner in corners]) / _PLACE).astype("<u2")
    return (
        start + np.concatenate([places.view(np.uint8), np.asarray(descriptors, np.uint8)], axis=1).tobytes()
    )


def unpack(features: bytes) -> Features:
    """Return what `take` packed; of no bytes at all, no features. Raises ValueError for anything else."""
    if not features:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8))
    count, rest = divmod(len(features) - 2, FEATURE_BYTES)
    version = int.from_bytes(features[:2], "little")
    if version != _VERSION or rest or not 0 <= count <= MOST_ASKED:
        raise ValueError(
            f"expected features of version {_VERSION}, found {len(features)} bytes of version {version}"
        )
    rows = np.frombuffer(features, np.uint8, offset=2).reshape(count, FEATURE_BYTES)
    places = np.ascontiguousarray(rows[:, :4]).view("<u2").astype(np.float32) * np.float32(_PLACE)
    return Features(places, np.ascontiguousarray(rows[:, 4:]))


def votes(one: Features, other: Features) -> int:
    """Return how many features of two pictures fit together in one place, turn and size: 0 to `MOST`.

    Each is matched with one at most; unrelated pictures reach a few.
    """
    pairs = _matches(one.descriptors, other.descriptors)
    if len(pairs) < _FEWEST:
        return 0
    here, there = (np.array(each) for each in zip(*pairs, strict=True))
    transform, fitting = cv2.estimateAffinePartial2D(
        one.places[here], other.places[there], method=cv2.RANSAC, ransacReprojThreshold=_NEAR
    )
    if transform is None:
        return 0
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    return int(fitting.sum()) if _SCALES[0] <= scale <= _SCALES[1] else 0


def _matches(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Pairs of which each is clearly the other's nearest."""
    if len(one) < 2 or len(other) < 2:
        return []
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    best: dict[int, tuple[float, int]] = {}
    for first, second in matcher.knnMatch(one, other, k=2):
        if first.distance < _RATIO * second.distance:
            found = (first.distance, first.queryIdx)
            best[first.trainIdx] = min(found, best.get(first.trainIdx, found))
    return [(here, there) for there, (_, here) in best.items()]


def _grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture in grey, its longer side within `_SIDES`."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    longest = max(height, width)
    ratio = min(max(longest, _SIDES[0]), _SIDES[1]) / longest
    if ratio != 1:
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC)
    return np.asarray(grey, np.uint8)


def _spread(corners: Sequence[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The corners, strongest first, but of every cell and step as many as of the others."""
    taken: Counter[tuple[int, int, int]] = Counter()
    ranked = []
    for corner in sorted(corners, key=lambda each: -each.response):
        x, y = corner.pt
        group = int(y * _CELLS / shape[0]), int(x * _CELLS / shape[1]), corner.octave // _OCTAVES
        taken[group] += 1
        ranked.append((taken[group], corner))
    ranked.sort(key=lambda each: each[0])
    return [corner for _, corner in ranked]
