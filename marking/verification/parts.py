"""Which marks the halves of a picture carry: of a collage, the whole shows only one. Pure."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from marking.comparison import Kind
from marking.comparison.change import Box
from marking.marks import watermark
from marking.media import BoundedError, Refused
from marking.verification.collecting.collection import BREAKAGES
from marking.verification.collecting.specimen import Specimen
from marking.verification.quarantine import Quarantine
from marking.verification.report import Change

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""Wall clock for all four halves; one without a mark takes half a second."""
LEAST_ROOM = 0.25
"""Share of a half that must show something else than the work that the whole shows: of what covers less, that work's mark drowns
any other."""

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

    ``changes``: of the picture, where it was compared; halves in which they leave no room for another work are not looked at.
    Each half is a call of its own for the number of false answers (see :mod:`marking.marks.watermark`).
    """
    height, width = specimen.rgb.shape[:2]
    halves = [half for half in _halves(height, width) if changes is None or room(half, changes) >= LEAST_ROOM]
    found = (watermark.detect_any(_cut(specimen.rgb, half), specimen.keys) for half in halves)
    return tuple(dict.fromkeys(each[1].payload for each in found if each is not None))


def room(half: Box, changes: Sequence[Change]) -> float:
    """Return the share, 0 to 1, of a part (x, y, width, height) of a picture in which its changes may show another work."""
    area = half[2] * half[3]
    inside = (_overlap(half, change.box) for change in changes if change.kind in _ROOMY)
    outside = (area - _overlap(half, change.box) for change in changes if change.kind == Kind.FRAMED)
    return min(1.0, (sum(inside) + sum(outside)) / area)


def _overlap(one: Box, other: Box) -> int:
    across, down = (min(one[i] + one[i + 2], other[i] + other[i + 2]) - max(one[i], other[i]) for i in (0, 1))
    return max(0, across) * max(0, down)


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
