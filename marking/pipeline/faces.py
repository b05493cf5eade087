"""Look for the faces in an upload, and make a small picture to ask about them. Pure; runs in a child process with limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.faces import Face, find_faces
from marking.faces.finding import detector
from marking.marks import explicit_label, implicit_label
from marking.media import Frame, open_picture
from marking.pipeline import previews
from marking.pipeline.animation import sample
from marking.pipeline.picture import Order

Box = tuple[int, int, int, int]
Pixels = NDArray[np.uint8]

MOST_FACES = 200
"""Faces of one upload that are asked about: the surest."""
SAME_LOOK = 0.9
"""Correlation of grey levels from which faces of two frames are one, wherever they stand. Between those of the Kodak set it is 0.6 at most."""
PATCH = 32
"""Pixels of each side at which the looks of two faces are compared."""
STRAY = 0.25
"""How far beside the found box a face is looked for to compare it, over the sides of the box: boxes are not exact."""


@dataclass(frozen=True)
class Sighting:
    """A face in an upload. ``frame``: its number from 0, of a still 0; ``box`` (x, y, width, height) in pixels of that frame.

    ``shown``: the same box in pixels of the preview.
    """

    box: Box
    confidence: float
    frame: int
    shown: Box


@dataclass(frozen=True)
class Looked:
    """What looking for faces came to. ``preview``: a labelled JPEG in the order's folder; None where no face was found."""

    faces: tuple[Sighting, ...] = ()
    preview: Path | None = None


def prepare() -> None:
    """Have the detector ready before children are forked (:mod:`marking.media.zygote`)."""
    detector()


def look_for_faces(order: Order) -> Looked:
    """Return the faces in ``order.source``: of an animation those in a few frames, evenly spread.

    A face that looks alike in several is told once. Raises :class:`marking.media.Refused` for a picture that cannot be
    decoded.
    """
    frames = open_picture(order.source, order.limits, every_frame=True).frames
    seen = {number: _seen(frames[number]) for number in sample(range(len(frames)))}
    found = _told_once(seen)
    if not found:
        return Looked()
    shown = sorted({number for number, _face in found})
    sheet = _laid_out([previews.shrunk(seen[number]) for number in shown])
    shape = seen[shown[0]].shape
    faces = [
        Sighting(face.box, face.confidence, number, sheet.shown(face.box, shape, shown.index(number)))
        for number, face in found
    ]
    return Looked(tuple(faces), _written(sheet.preview, order))


def _seen(frame: Frame) -> Pixels:
    return frame.rgb if frame.alpha is None else explicit_label.seen(frame.rgb, frame.alpha)


def _told_once(seen: Mapping[int, Pixels]) -> list[tuple[int, Face]]:
    """The surest faces of all frames, each with its frame's number; of one that is in several frames the first."""
    told: list[tuple[int, Face]] = []
    for number, rgb in seen.items():
        before = list(told)
        told += [
            (number, face)
            for face in find_faces(rgb)
            if not any(_is_same(rgb, face, seen[other], known) for other, known in before)
        ]
    surest = sorted(told, key=lambda each: -each[1].confidence)[:MOST_FACES]
    return sorted(surest, key=lambda each: (each[0], each[1].box))


def _is_same(rgb: Pixels, face: Face, other: Pixels, known: Face) -> bool:
    """Whether ``face`` in ``rgb`` looks as ``known`` does in ``other``. Others look otherwise, also where they stand in one's place."""
    around, patch = _luma(rgb, face.box, STRAY), _luma(other, known.box, 0)
    return float(cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED).max()) >= SAME_LOOK


def _luma(rgb: Pixels, box: Box, margin: float) -> NDArray[np.float32]:
    """The grey levels in ``box``, `PATCH` for each side, with ``margin`` sides more around; the edge goes on beyond the picture."""
    rows = _places(box[1], box[3], margin, rgb.shape[0])
    columns = _places(box[0], box[2], margin, rgb.shape[1])
    luma = cv2.cvtColor(rgb[np.ix_(rows, columns)], cv2.COLOR_RGB2GRAY)
    side = round(PATCH * (1 + 2 * margin))
    return np.asarray(cv2.resize(luma, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def _places(start: int, length: int, margin: float, side: int) -> NDArray[np.int64]:
    more = round(margin * length)
    return np.clip(np.arange(start - more, start + length + more), 0, side - 1)


@dataclass(frozen=True)
class _Sheet:
    """The frames with faces side by side. ``preview``: the sheet as it is shown; ``tile``, ``size``: width and height before that."""

    preview: Pixels
    tile: tuple[int, int]
    size: tuple[int, int]

    def shown(self, box: Box, shape: tuple[int, ...], slot: int) -> Box:
        """A box of the frame of ``shape`` at place ``slot`` in pixels of the finished preview, with its sides."""
        row, column = divmod(slot, self.size[0] // self.tile[0])
        left, across = self._scaled(box[0], box[2], shape[1], column, axis=0)
        top, down = self._scaled(box[1], box[3], shape[0], row, axis=1)
        return left + previews.left_side(self.preview.shape[1]), top, across, down

    def _scaled(self, start: int, length: int, side: int, place: int, *, axis: int) -> tuple[int, int]:
        factor = self.preview.shape[1 - axis] / self.size[axis]
        first = (place * self.tile[axis] + start * self.tile[axis] / side) * factor
        return round(first), max(1, round(length * self.tile[axis] / side * factor))


def _laid_out(frames: Sequence[Pixels]) -> _Sheet:
    height, width = frames[0].shape[:2]
    columns = math.ceil(math.sqrt(len(frames)))
    rows = math.ceil(len(frames) / columns)
    sheet = np.full((rows * height, columns * width, 3), 32, np.uint8)
    for slot, frame in enumerate(frames):
        row, column = divmod(slot, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = frame
    return _Sheet(previews.shrunk(sheet), (width, height), (columns * width, rows * height))


def _written(preview: Pixels, order: Order) -> Path:
    """A small picture on a strip with the visible label, the watermark and the metadata label, as every preview is."""
    path = order.folder / "faces.jpg"
    jpeg = previews.before(preview, order.wording, order.payload, order.key)
    path.write_bytes(implicit_label.write(jpeg, order.label, origin=order.provenance.origin()))
    return path
