"""Lay an upload onto a registered picture, so that both show the same thing at the same place.

Features give the frame (see `features`), or all of the upload is taken, turned by quarters and mirrored; a dense flow gives
what bends inside it (DIS, Kroeger et al., doi:10.1007/978-3-319-46493-0_29). Which way is taken is decided by the
likeness of the two pictures alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.features import Homography, find_homography

Luma = NDArray[np.float32]
Places = NDArray[np.float32]  # (H, W, 2): for each registered pixel the place (x, y) in the upload

_SURE_LIKENESS = 0.25  # above which turned and mirrored poses need no trial; a tenth cut out exactly has 0.3
_FLOW_SIGMAS = (16.0, 8.0)  # registered pixels over which the flow of each round is averaged
_LEVEL_SIGMA = 8.0  # registered pixels over which brightness and contrast are levelled
_LEVEL_FLOOR = 2.0  # grey levels
_LEAST_POWER = 1e-3  # of a levelled picture, so that flat ones are like nothing
_ALIKE_SIGMA = 4.0  # registered pixels over which likeness is averaged
_SHARPEST_ZOOM = 1.15  # upload pixels for each registered one, above which the upload is averaged first
_FLOW_LEVEL, _FLOW_CONTRAST = 128, 40  # of the levelled pictures that the flow is taken from


@dataclass(frozen=True)
class Aligned:
    """An upload laid onto a registered picture (H, W).

    `luma`: float32, about 0 to 255, light and dark swapped back, the registered picture where there is no upload;
    `valid`: where there is; `likeness`: correlation of what is valid with the registered picture, 0 to 1, times the root
    of the share that is valid.
    """

    luma: Luma
    valid: NDArray[np.bool_]
    likeness: float

    @classmethod
    def of(cls, luma: Luma, valid: NDArray[np.bool_], registered: Luma) -> Self:
        """What was sampled, measured and turned the right way from dark to light."""
        one, other = (levelled(each)[valid] for each in (luma, registered))
        power = float(np.linalg.norm(one) * np.linalg.norm(other)) + _LEAST_POWER * valid.size
        correlation = round(float(one @ other) / power, 4)
        upright = luma if correlation >= 0 else 255 - luma
        likeness = abs(correlation) * float(valid.mean()) ** 0.5
        return cls(np.where(valid, upright, registered), valid, likeness)

    def over(self, ground: Luma) -> Self:
        """The same upload with this luma, (H, W), where there is none."""
        return replace(self, luma=np.where(self.valid, self.luma, ground))


def align(upload: Luma, registered: Luma, *, unbend: bool = True) -> Aligned:
    """The upload, luma (h, w) of up to 32,000 pixels a side, laid onto the registered picture, luma (H, W).

    Something always fits best, be it unlike. Not to be unbent after a picture with a mark in it: the flow would follow
    the mark, and bend any picture a little towards it.
    """
    laid, places = _best(upload, registered, _likely_poses(upload, registered))
    if laid.likeness < _SURE_LIKENESS:
        other, elsewhere = _best(upload, registered, _other_poses(upload.shape, registered.shape))
        laid, places = (other, elsewhere) if other.likeness > laid.likeness else (laid, places)
    for sigma in _FLOW_SIGMAS if unbend else ():
        bent = sampled(places, grid(registered.shape) + flow(laid, registered, sigma))
        again = _laid(upload, bent, registered)
        if again.likeness > laid.likeness:
            laid, places = again, bent
    return laid


def levelled(luma: Luma) -> Luma:
    """Detail of a picture over its local deviation."""
    detail = luma - cv2.GaussianBlur(luma, (0, 0), _LEVEL_SIGMA)
    deviation = cv2.sqrt(cv2.GaussianBlur(np.square(detail), (0, 0), _LEVEL_SIGMA))
    return np.asarray(detail / (deviation + np.float32(_LEVEL_FLOOR)), np.float32)


def alikeness(one: Luma, other: Luma) -> Luma:
    """Local correlation of two levelled pictures, 0 (none, or negative) to 1."""
    pairs = (one * other, np.square(one), np.square(other))
    both, *own = (cv2.GaussianBlur(pair, (0, 0), _ALIKE_SIGMA) for pair in pairs)
    return np.asarray(np.clip(both / (cv2.sqrt(own[0] * own[1]) + np.float32(0.05)), 0, 1), np.float32)


def _best(upload: Luma, registered: Luma, poses: Iterable[Places]) -> tuple[Aligned, Places]:
    """The upload laid in the way in which it is most like the registered picture."""
    tried = [(_laid(upload, places, registered), places) for places in poses]
    return max(tried, key=lambda pair: pair[0].likeness)


def _likely_poses(upload: Luma, registered: Luma) -> Iterator[Places]:
    """All of the upload as it stands, and what its features tell."""
    yield _places(whole(upload.shape, registered.shape, False, 0), registered.shape)
    found = find_homography(upload, registered)
    if found is not None:
        yield _places(found, registered.shape)


def _other_poses(upload: tuple[int, ...], registered: tuple[int, ...]) -> Iterator[Places]:
    """All of the upload, mirrored or turned by quarters."""
    for mirrored, quarters in product((False, True), range(4)):
        if mirrored or quarters:
            yield _places(whole(upload, registered, mirrored, quarters), registered)


def whole(upload: tuple[int, ...], registered: tuple[int, ...], mirrored: bool, quarters: int) -> Homography:
    """Return the homography from a registered picture to all of an upload; both are given by their shapes (H, W).

    The upload was mirrored left to right or not, then turned clockwise by ``quarters``.
    """
    theirs, ours = (
        np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - np.float32(0.5)
        for height, width in (upload, registered)
    )
    if mirrored:
        ours = ours[[1, 0, 3, 2]]
    return np.asarray(cv2.getPerspectiveTransform(ours, np.roll(theirs, -quarters, axis=0)), np.float64)


def _places(homography: Homography, shape: tuple[int, ...]) -> Places:
    places = cv2.perspectiveTransform(grid(shape).reshape(1, -1, 2), homography)
    return np.asarray(places.reshape(*shape, 2), np.float32)


def grid(shape: tuple[int, ...]) -> Places:
    """Return every pixel's own place (x, y) in a picture of this shape: float32 (H, W, 2)."""
    rows, columns = np.indices(shape, np.float32)
    return np.stack([columns, rows], axis=2)


def _laid(upload: Luma, places: Places, registered: Luma) -> Aligned:
    """The upload at these places, averaged first over as much of it as one registered pixel covers."""
    size = np.array(upload.shape[::-1])
    valid = within(places[..., 0], size[0]) & within(places[..., 1], size[1])
    zoom = _zoom(places, valid)
    if zoom > _SHARPEST_ZOOM:
        width, height = (max(1, round(side / zoom)) for side in size)
        upload = np.asarray(cv2.resize(upload, (width, height), interpolation=cv2.INTER_AREA), np.float32)
        places = ((places + 0.5) * ((width, height) / size) - 0.5).astype(np.float32)
    return Aligned.of(sampled(upload, places, cv2.INTER_CUBIC), valid, registered)


def within(places: NDArray[np.float32], length: int) -> NDArray[np.bool_]:
    """Return which places along a side of so many pixels, of any shape, lie in the picture."""
    return np.asarray((places >= -0.5) & (places <= length - 0.5))


def sampled(picture: NDArray[np.float32], places: Places, how: int = cv2.INTER_LINEAR) -> NDArray[np.float32]:
    """Return a picture, or places, read at places; beyond the edge it goes on as at the edge."""
    columns, rows = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(picture, columns, rows, how, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _zoom(places: Places, valid: NDArray[np.bool_]) -> float:
    """Upload pixels along a registered one: the median over what is valid, kept so that something is left."""
    across, down = np.diff(places, axis=1)[:-1], np.diff(places, axis=0)[:, :-1]
    areas = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])[valid[1:, 1:]]
    return float(np.median(areas)) ** 0.5 if areas.size else 1.0


def flow(laid: Aligned, registered: Luma, sigma: float) -> Places:
    """Return the steps (x, y) from each registered pixel to what shows the same in what was laid: float32 (H, W, 2).

    They are averaged over ``sigma`` registered pixels, where both are alike.
    """
    known, seen = levelled(registered), levelled(laid.luma)
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    still = np.zeros((*known.shape, 2), np.float32)
    steps = np.asarray(finder.calc(in_bytes(known), in_bytes(seen), still), np.float32)
    moved = sampled(seen, grid(known.shape) + steps)
    trust = np.square(alikeness(known, moved) * known) * laid.valid + np.float32(1e-3)
    total = cv2.GaussianBlur(trust, (0, 0), sigma)
    return np.asarray(
        cv2.GaussianBlur(steps * trust[..., None], (0, 0), sigma) / total[..., None], np.float32
    )


def in_bytes(picture: Luma) -> NDArray[np.uint8]:
    """Return a levelled picture, (H, W), as the flow is taken from: uint8."""
    return np.clip(np.rint(_FLOW_LEVEL + _FLOW_CONTRAST * picture), 0, 255).astype(np.uint8)
