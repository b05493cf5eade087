"""A single picture of a work that moves: compared with every frame of the released file, where that is still kept."""

from __future__ import annotations

import logging

from marking.marks.fingerprint import Region
from marking.media import BoundedError, Refused, run_bounded
from marking.verification.likeness import Look, compare, frame_looks, is_single
from marking.verification.origin import Comparison
from marking.works import files
from marking.works.models import Work

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""Wall clock for taking the looks of all frames; the longest animation takes four."""
MEMORY_BYTES = 3 << 29
"""Address space of the child on top of the interpreter's."""
_MOVING = frozenset({"image/gif", "image/png", "image/webp"})
"""Formats in which animations are released."""


def may_move(work: Work) -> bool:
    """Whether the released file is of a format that may hold an animation."""
    return (work.marked_media_type or work.media_type) in _MOVING


def is_still(work: Work) -> bool:
    """Whether the released file shows one picture for certain: it cannot move, or is kept and does not."""
    if not may_move(work):
        return True
    try:
        with files.local(work.marked_path) as path:
            return bool(work.marked_path) and is_single(path)
    except (OSError, Refused) as error:
        logger.info("whether %s moves could not be told: %s", work.code, type(error).__name__)
        return False


def compared_with_frames(
    work: Work, look: Look, outside: Region | None
) -> tuple[Comparison | None, bool] | None:
    """Return how a picture compares with the likest frame of a work that moves, and that it is one of several; None for a still.

    The comparison is None where the frames could not be had. A file that is no longer kept counts as a still.
    """
    if not work.marked_path:
        return None
    try:
        with files.local(work.marked_path) as path:
            if is_single(path):
                return None
            looks = run_bounded(frame_looks, path, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
    except FileNotFoundError:
        return None
    except (OSError, Refused, BoundedError) as error:
        logger.warning("the frames of %s could not be had: %s", work.code, type(error).__name__)
        return None, True
    return min((compare(look, each, outside=outside) for each in looks), key=_unlikeness), True


def _unlikeness(comparison: Comparison) -> tuple[bool, float]:
    return not comparison.is_same_picture, comparison.change
