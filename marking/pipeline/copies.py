"""Is a source the released picture whose watermark it carries, or was it made from it? Pure; runs in a child process with limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison import Kind, compare
from marking.marks import fingerprint
from marking.marks.fingerprint import CHANGED
from marking.media import Limits, Refused, open_picture
from marking.pipeline.animation import sample

SECONDS = 30.0
"""Wall clock for one comparison; one of two stills takes about a second."""
MEMORY_BYTES = 3 << 29
"""Address space of the child on top of the interpreter's."""
BREAKAGES = (ValueError, ArithmeticError, LookupError, cv2.error)
"""What a comparison of two decoded pictures may break with."""

Box = tuple[int, int, int, int]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Original:
    """A released file that a source may be a copy of.

    ``label_box``: of the visible label in it (x, y, width, height in pixels); None without one. ``may_lack_label``: whether it was
    given out without that too.
    """

    path: Path
    label_box: Box | None = None
    may_lack_label: bool = False


def is_copy(source: Path, original: Original) -> bool | None:
    """Return whether nothing but size, turn, tones as a whole and encoding changed; None where that cannot be told.

    A picture of several frames is a copy if every one of them lies on a frame of the released file.
    """
    try:
        shown = [frame.rgb for frame in open_picture(source, Limits(), every_frame=True).frames]
        released = [
            frame.rgb for frame in open_picture(original.path, _limits(original), every_frame=True).frames
        ]
        return _are_copies(shown, released, original)
    except (Refused, MemoryError, *BREAKAGES):
        return None


def _limits(original: Original) -> Limits:
    """A released file may well be larger than what is accepted."""
    return replace(Limits(), bytes=max(original.path.stat().st_size, Limits().bytes))


def _are_copies(shown: Sequence[Pixels], released: Sequence[Pixels], original: Original) -> bool:
    """Whether every frame looks like a released one, and whether the sampled ones prove to be that on a close look."""
    nearest = _nearest(shown, released)
    if len(shown) > 1 and not _look_alike(shown, released, nearest):
        return False
    looked_at = sample(range(len(shown)))
    return all(_lies_on(shown[each], released[nearest[each]], original) for each in looked_at)


def _nearest(shown: Sequence[Pixels], released: Sequence[Pixels]) -> list[int]:
    """For each frame the number of the released one that looks most like it."""
    known = np.stack([_cells(each) for each in released])
    return [int(np.abs(known - _cells(each)).sum(axis=1).argmin()) for each in shown]


def _cells(rgb: Pixels) -> NDArray[np.int32]:
    return np.frombuffer(fingerprint.layout(rgb), np.uint8).astype(np.int32)


def _look_alike(shown: Sequence[Pixels], released: Sequence[Pixels], nearest: Sequence[int]) -> bool:
    return all(
        fingerprint.largest_change(fingerprint.layout(released[other]), fingerprint.layout(each)) <= CHANGED
        for each, other in zip(shown, nearest, strict=True)
    )


def _lies_on(shown: Pixels, released: Pixels, original: Original) -> bool:
    if np.array_equal(shown, released):
        return True
    comparison = compare(shown, released, label_box=original.label_box)
    if comparison is None:
        return False
    forgiven = {Kind.MIRRORED, *([Kind.LABEL_ERASED] if original.may_lack_label else [])}
    return {change.kind for change in comparison.changes} <= forgiven
