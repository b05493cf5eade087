"""Find a registered picture in another one by its features, wherever, however large, turned or mirrored it lies there.

SIFT (Lowe, doi:10.1023/B:VISI.0000029664.99615.94) with the square roots of its descriptors (Arandjelović and
Zisserman, doi:10.1109/CVPR.2012.6248018); a homography by MAGSAC++ (Barath et al.,
doi:10.1109/CVPR42600.2020.00138).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]
Homography = NDArray[
    np.float64
]  # (3, 3), takes places (x, y) in pixels; whole numbers are the pixels' middles

FEWEST_AGREEING = 8  # matches; four make a homography
_ENOUGH_AGREEING = 30  # matches; then no other pose is tried
_FEATURES = 1500
_PARTS = 6  # along each side, of a picture whose features are spread
_CONTRAST = 0.02  # of SIFT; half of the usual, since blurred copies count
_FAINTEST = 10.0  # grey levels between dark and light that are stretched to all
_CLEARER = 0.85  # largest quotient of the distances to the best and the second-best match
_OFF_BY = 4.0  # registered pixels that an agreeing match may lie off; bends are left to the flow
_ROUNDS = 3000  # of MAGSAC++
_LARGEST_AREA = 6e5  # pixels searched for features
_LARGEST_ZOOM = 20.0  # pixels of one picture for each of the other
_ORIENTATIONS = 8  # of a SIFT descriptor, for each of its 4 x 4 cells
_NOWHERE = np.eye(3)  # where none agree
_MIRROR = np.diag([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class _Features:
    """Places (n, 2), as (x, y), and descriptors (n, 128)."""

    places: NDArray[np.float32]
    descriptors: NDArray[np.float32]


def find_homography(upload: Luma, registered: Luma, *, spread: bool = False) -> Homography | None:
    """The homography from the registered picture to where it lies in the upload; None where too few features agree.

    Both are luma, float32 of any shape, 0 to 255. The upload may be mirrored, and light and dark may be swapped. With
    ``spread`` its features are taken from all of it evenly and not where they are strongest: letters on a page are
    stronger than most pictures.
    """
    zoom = min(1.0, (_LARGEST_AREA / upload.size) ** 0.5)
    small = np.asarray(cv2.resize(upload, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.float32)
    theirs, ours = _features(small, spread=spread), _features(registered)
    best, most = _NOWHERE, 0
    for mirrored, inverted in ((False, False), (True, False), (False, True), (True, True)):
        found, agreeing = _agreed(theirs, _posed(ours, mirrored, inverted))
        if agreeing > most:
            best, most = found @ _MIRROR if mirrored else found, agreeing
        if most >= _ENOUGH_AGREEING:
            break
    return _enlarged(best, upload.shape, small.shape) if most else None


def _features(luma: Luma, *, spread: bool = False) -> _Features:
    finder = cv2.SIFT.create(nfeatures=0 if spread else _FEATURES, contrastThreshold=_CONTRAST)
    stretched = _stretched(luma)
    if spread:
        keypoints, described = finder.compute(stretched, _spread(finder.detect(stretched), luma.shape))
    else:
        keypoints, described = finder.detectAndCompute(stretched, None)
    places = np.array([keypoint.pt for keypoint in keypoints], np.float32).reshape(-1, 2)
    descriptors = described if keypoints else np.zeros((0, 16 * _ORIENTATIONS), np.float32)
    rooted = np.sqrt(descriptors / (descriptors.sum(axis=1, keepdims=True) + 1e-9))
    return _Features(places, np.asarray(rooted, np.float32))


def _spread(keypoints: Sequence[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The strongest of each part of a picture, `_FEATURES` in all at most."""
    parts = defaultdict[tuple[int, int], list[cv2.KeyPoint]](list)
    for keypoint in keypoints:
        across, down = keypoint.pt
        parts[int(_PARTS * across / shape[1]), int(_PARTS * down / shape[0])].append(keypoint)
    strongest = (sorted(part, key=lambda each: -each.response) for part in parts.values())
    return [each for part in strongest for each in part[: _FEATURES // _PARTS**2]]


def _stretched(luma: Luma) -> NDArray[np.uint8]:
    """From black to white, but for the darkest and lightest hundredth; SIFT finds little in a faint picture."""
    darkest, lightest = np.percentile(luma, (1, 99))
    stretch = 255 / max(lightest - darkest, _FAINTEST)
    return np.asarray(np.clip(np.rint((luma - darkest) * stretch), 0, 255), np.uint8)


def _posed(features: _Features, mirrored: bool, inverted: bool) -> _Features:
    """The same features as of a mirrored picture (x counts down), or of one with light and dark swapped.

    A descriptor lies along its keypoint's own direction. Mirroring swaps what lies on both sides of it; swapping light
    and dark turns it round, and the cells with it.
    """
    cells = features.descriptors.reshape(-1, 4, 4, _ORIENTATIONS)
    places = features.places
    if mirrored:
        places = places * np.array([-1, 1], np.float32)
        cells = cells[:, ::-1, :, -np.arange(_ORIENTATIONS) % _ORIENTATIONS]
    if inverted:
        cells = cells[:, ::-1, ::-1]
    return _Features(places, np.ascontiguousarray(cells.reshape(features.descriptors.shape)))


def _agreed(theirs: _Features, ours: _Features) -> tuple[Homography, int]:
    """The homography from our places to theirs that most matches agree on, and how many do."""
    if min(len(theirs.places), len(ours.places)) < FEWEST_AGREEING:
        return _NOWHERE, 0
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(theirs.descriptors, ours.descriptors, k=2)
    clear = [best for best, second in pairs if best.distance < _CLEARER * second.distance]
    if len(clear) < FEWEST_AGREEING:
        return _NOWHERE, 0
    seen = theirs.places[[match.queryIdx for match in clear]]
    known = ours.places[[match.trainIdx for match in clear]]
    found, agreeing = cv2.findHomography(
        seen, known, cv2.USAC_MAGSAC, _OFF_BY, maxIters=_ROUNDS, confidence=0.999
    )
    count = int(agreeing.sum())
    if count < FEWEST_AGREEING or not _is_plausible(found):
        return _NOWHERE, 0
    return np.asarray(np.linalg.inv(found), np.float64), count


def _is_plausible(homography: cv2.typing.MatLike) -> bool:
    """Whether it can be inverted and neither shrinks nor enlarges beyond measure."""
    area = abs(float(np.linalg.det(homography)))
    return _LARGEST_ZOOM**-2 < area < _LARGEST_ZOOM**2


def _enlarged(homography: Homography, size: tuple[int, ...], small: tuple[int, ...]) -> Homography:
    """The homography for a picture of `size` of which `small` was looked at."""
    down, across = (full / seen for full, seen in zip(size, small, strict=True))
    place = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
    return place @ homography
