"""A source that carries a watermark of this site already: whose it is, and whether it is that file unaltered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marking.marks import fingerprint, watermark
from marking.marks.fingerprint import LAYOUT_BYTES
from marking.media import Frame, Picture

UNALTERED = 8.0
"""Largest change of a place, in grey levels, in a copy that was only saved anew or resized.

Measured where :data:`marking.marks.fingerprint.CHANGED` was: 5.0 for JPEG 30 to 95 and copies halved or quartered, 7.7 quartered
by a filter that rings. A change of tone counts as one here: to make a picture brighter is to edit it.
"""
SAME_SHAPE = 1.02
"""Largest quotient of the aspect ratios of two copies: the sides of a resized one are rounded to whole pixels."""

_BLOCKS = (16, 2, 16, 2)  # of a layout of 32 x 32 cells: places of two cells along each side


@dataclass(frozen=True)
class Earlier:
    """What a source carries: the payload of its watermark, 48 bits; and its layout and sides, in pixels.

    Of an animation they are those of its first frame, which says nothing of the others: ``is_still`` is False.
    """

    payload: int
    layout: bytes
    width: int
    height: int
    is_still: bool = True

    def is_copy_of(self, layout: bytes, width: int, height: int) -> bool:
        """Whether the source is a still of this layout and these sides, saved anew or resized at most, as far as layouts tell.

        For where the released file is gone; else :func:`marking.pipeline.copies.is_copy` looks closer.
        Raises ValueError for a layout of another length than `LAYOUT_BYTES`.
        """
        if not self.is_still:
            return False
        stretch = (self.width * height) / (self.height * width)
        if max(stretch, 1 / stretch) > SAME_SHAPE:
            return False
        return float(np.abs(_places(self.layout) - _places(layout)).max()) <= UNALTERED


class MarkedBefore(Exception):
    """The source carries a watermark of this site; ``earlier`` says which."""

    def __init__(self, earlier: Earlier) -> None:
        super().__init__(f"expected a picture without a watermark of this site, found {earlier.payload}")
        self.earlier = earlier

    def __reduce__(self) -> tuple[type[MarkedBefore], tuple[Earlier]]:
        return MarkedBefore, (self.earlier,)


def require_unmarked(picture: Picture, keys: Sequence[bytes]) -> None:
    """Raise :class:`MarkedBefore` for a picture that carries a watermark under one of ``keys``.

    Of an animation the first and the middle frame are looked at: either may be too dark to hold one.
    """
    for frame in _looked_at(picture.frames):
        found = watermark.detect_any(frame.rgb, keys)
        if found is not None:
            raise MarkedBefore(_earlier(picture, found[1].payload))


def _earlier(picture: Picture, payload: int) -> Earlier:
    height, width = picture.rgb.shape[:2]
    return Earlier(payload, fingerprint.layout(picture.rgb), width, height, is_still=len(picture.frames) == 1)


def _looked_at(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    return (frames[0], frames[len(frames) // 2])[: len(frames)]


def _places(layout: bytes) -> NDArray[np.float64]:
    if len(layout) != LAYOUT_BYTES:
        raise ValueError(f"expected a layout of {LAYOUT_BYTES} bytes, found {len(layout)}")
    cells = np.frombuffer(layout, np.uint8).astype(np.float64).reshape(_BLOCKS)
    means: NDArray[np.float64] = cells.mean(axis=(1, 3))
    return means
