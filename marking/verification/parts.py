"""Which marks the halves of a picture carry: of a collage, the whole shows only one. Pure."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison import Kind
from marking.comparison.change import Box
from marking.marks import watermark
from marking.media import BoundedError, Refused
from marking.verification.collecting.collection import BREAKAGES
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Change

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""Wall clock for all four halves; one without a mark takes half a second."""
LEAST_ROOM = 0.25
"""Share of a half that must show something else than the work that the whole shows: of what covers less, that work's mark drowns
any other."""

BLOCK = 8
"""Pixels a side of the blocks that are told apart by whether anything is in them."""

Written = NDArray[np.bool_]

_ROOMY = frozenset({Kind.ADDED, Kind.REPLACED, Kind.BACKGROUND})


def may_show_others(change: Change) -> bool:
    """Whether a change may have brought a part of another work into the picture."""
    return change.kind == Kind.FRAMED or change.kind in _ROOMY


def payloads_bounded(
    quarantine: Quarantine, changes: Sequence[Change] | None = None, *, seconds: float = SECONDS
) -> tuple[int, ...]:
    """Return what `payloads_in_halves` does, and nothing where that was cut off: no more was asked than whether there is more."""
    try:
        return quarantine.call(payloads_in_halves, changes, seconds=seconds)
    except (Refused, MemoryError, BoundedError, *BREAKAGES) as error:
        # The message may quote the file; its kind is enough to find the fault.
        logger.warning("the halves of a picture were not examined: %s", type(error).__name__)
        return ()


def payloads_in_halves(specimen: Specimen, changes: Sequence[Change] | None = None) -> tuple[int, ...]:
    """Return the payloads of 48 bits that are read in the left, right, upper and lower half, each once, in that order.

    ``changes``: of the picture, where it was compared; halves in which they leave no room for another work are not looked at. Nothing
    is written where all is of one grey level, as on a page around a picture. Each half is a call of its own for the number of false answers (see :mod:`marking.marks.watermark`).
    """
    height, width = specimen.rgb.shape[:2]
    halves = _halves(height, width)
    if changes is not None:
        written = may_be_written(specimen.rgb)
        halves = tuple(half for half in halves if room(half, changes, written) >= LEAST_ROOM)
    found = (watermark.detect_any(_cut(specimen.rgb, half), specimen.keys) for half in halves)
    return tuple(dict.fromkeys(each[1].payload for each in found if each is not None))


def may_be_written(rgb: NDArray[np.uint8]) -> Written:
    """Return which blocks of `BLOCK` pixels a side of a picture, uint8 (H, W, 3), may carry a mark: bool, rows by columns.

    A block of one grey level carries none, as a mark is a pattern of such levels. What is left of a block at the edges counts as one.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    window, corner = np.ones((BLOCK, BLOCK), np.uint8), (0, 0)
    highest, lowest = (
        change(grey, window, anchor=corner)[::BLOCK, ::BLOCK] for change in (cv2.dilate, cv2.erode)
    )
    return np.asarray(highest != lowest)


def room(half: Box, changes: Sequence[Change], written: Written) -> float:
    """Return the share, 0 to 1, of a part (x, y, width, height) of a picture in which its changes may show another work.

    ``written``: what `may_be_written` says of the picture.
    """
    everything = _share(half, half, written)
    inside = (_share(half, change.box, written) for change in changes if change.kind in _ROOMY)
    outside = (
        everything - _share(half, change.box, written) for change in changes if change.kind == Kind.FRAMED
    )
    return min(1.0, sum(inside) + sum(outside))


def _share(half: Box, box: Box, written: Written) -> float:
    """What a box covers of a half with blocks that may be written on, as a share of it."""
    low = [max(half[i], box[i]) for i in (0, 1)]
    high = [min(half[i] + half[i + 2], box[i] + box[i + 2]) for i in (0, 1)]
    if high[0] <= low[0] or high[1] <= low[1]:
        return 0.0
    across, down = (slice(low[i] // BLOCK, -(-high[i] // BLOCK)) for i in (0, 1))
    covered = (high[0] - low[0]) * (high[1] - low[1]) / (half[2] * half[3])
    return covered * float(written[down, across].mean())


def _halves(height: int, width: int) -> tuple[Box, ...]:
    """Those in which a mark can be read."""
    across, down = width // 2, height // 2
    halves = (
        (0, 0, across, height),
        (across, 0, width - across, height),
        (0, 0, width, down),
        (0, down, width, height - down),
    )
    return tuple(half for half in halves if min(half[2:]) >= watermark.MINIMUM_SIDE)


def _cut(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x, y, width, height = box
    return np.ascontiguousarray(rgb[y : y + height, x : x + width])
