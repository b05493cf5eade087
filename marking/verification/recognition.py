"""Find a known mark again that can no longer be read, by comparing a file with released ones. Pure.

Reading must tell one payload from 2**48; here a small picture of what was marked lies beside the upload, and the question
is yes or no (see :mod:`marking.marks.watermark.registered`). It runs in a child process with limits, like the
collectors, and like them it is an outermost edge: a comparison that breaks finds nothing and takes no report down.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marking.marks.watermark.registered import Registered, detect_registered
from marking.media import BoundedError, Refused, open_picture, run_bounded
from marking.verification.collecting.collection import BREAKAGES
from marking.verification.collecting.specimen import Specimen

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""Wall clock for all comparisons of one file together; each takes about a second."""
MEMORY_BYTES = 3 << 29
"""Address space of the child on top of the interpreter's."""
MOST_COMPARED = 3
"""Released files that one upload is compared with. Each may say yes wrongly once in a million unmarked pictures."""


@dataclass(frozen=True)
class Released:
    """A work, its payload of 48 bits, and where the canvas lies that it was marked on, as the pipeline left it."""

    work: str
    payload: int
    reference: Path


class NotCompared(Exception):
    """Whether the file is a copy could not be found out. ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"expected an answer from the comparison, found {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Recognition:
    """The work of which a file is a copy; ``z``: deviations by which its mark stands out; ``coverage``: 0 to 1."""

    work: str
    z: float
    coverage: float


def recognise_bounded(
    specimen: Specimen, candidates: Sequence[Released], *, seconds: float = SECONDS
) -> Recognition | None:
    """Return which of the candidates the file is a copy of, or None. Raises NotCompared where it was cut off."""
    try:
        return run_bounded(recognise, specimen, candidates, seconds=seconds, memory_bytes=MEMORY_BYTES)
    except BoundedError as error:
        logger.warning("a comparison with released files ended: %s", error)
        raise NotCompared("broke") from error


def recognise(specimen: Specimen, candidates: Sequence[Released]) -> Recognition | None:
    """Return the candidate whose mark, under any of the specimen's keys, stands out most; None where none does.

    At most `MOST_COMPARED` candidates are looked at, in their order, until one is recognised.
    """
    for candidate in candidates[:MOST_COMPARED]:
        try:
            found = _compared(specimen, candidate)
        except (Refused, MemoryError, *BREAKAGES) as error:
            # The message may quote the file; its kind is enough to find the fault.
            logger.warning("the comparison with %s broke: %s", candidate.work, type(error).__name__)
        else:
            if found is not None:
                return found
    return None


def _compared(specimen: Specimen, candidate: Released) -> Recognition | None:
    registered = Registered(original=open_picture(candidate.reference, specimen.limits).rgb)
    for key in specimen.keys:
        found = detect_registered(specimen.rgb, registered, candidate.payload, key=key)
        if found.is_ours:
            return Recognition(candidate.work, found.z, found.coverage)
    return None
