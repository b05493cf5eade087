"""Which marks the halves of a picture carry: of a collage, the whole shows only one. Pure."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from marking.marks import watermark
from marking.media import BoundedError, Refused, run_bounded
from marking.verification.collecting.collection import BREAKAGES
from marking.verification.collecting.specimen import Specimen

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""Wall clock for all four halves; one without a mark takes half a second."""
MEMORY_BYTES = 3 << 29
"""Address space of the child on top of the interpreter's."""


def payloads_bounded(specimen: Specimen, *, seconds: float = SECONDS) -> tuple[int, ...]:
    """Return what `payloads_in_halves` does, and nothing where that was cut off: no more was asked than whether there is more."""
    try:
        return run_bounded(payloads_in_halves, specimen, seconds=seconds, memory_bytes=MEMORY_BYTES)
    except (Refused, MemoryError, BoundedError, *BREAKAGES) as error:
        # The message may quote the file; its kind is enough to find the fault.
        logger.warning("the halves of a picture were not examined: %s", type(error).__name__)
        return ()


def payloads_in_halves(specimen: Specimen) -> tuple[int, ...]:
    """Return the payloads of 48 bits that are read in the left, right, upper and lower half, each once, in that order.

    Each half is a call of its own for the number of false answers (see :mod:`marking.marks.watermark`).
    """
    found = (watermark.detect_any(half, specimen.keys) for half in _halves(specimen.rgb))
    return tuple(dict.fromkeys(each[1].payload for each in found if each is not None))


def _halves(rgb: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    height, width = rgb.shape[:2]
    for half in (rgb[:, : width // 2], rgb[:, width // 2 :], rgb[: height // 2], rgb[height // 2 :]):
        if min(half.shape[:2]) >= watermark.MINIMUM_SIDE:
            yield np.ascontiguousarray(half)
