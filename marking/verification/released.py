"""Compare a file with those released files that look like it, where they are still in the storage."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from marking.marks.fingerprint import CANDIDATE
from marking.registry import lookup
from marking.verification.collecting.specimen import Specimen
from marking.verification.recognition import (
    MOST_COMPARED,
    NotCompared,
    Recognition,
    Released,
    recognise_bounded,
)
from marking.works import files
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)


def recognised_work(specimen: Specimen, fingerprint: bytes) -> Recognition | None:
    """Return the work of whose released file this is a copy, as its known watermark tells; None where none is found.

    ``fingerprint``: the file's, 32 bytes; only the nearest works are compared. Raises NotCompared where the storage
    refuses or the comparison was cut off.
    """
    near = lookup.near(fingerprint, radius=CANDIDATE)
    works = [registration.work for registration, _ in near]
    kept = [work for work in works if work.state == WorkState.RELEASED][:MOST_COMPARED]
    if not kept:
        return None
    try:
        return _compared(specimen, kept)
    except OSError as error:
        logger.warning("released files could not be had for a comparison: %s", type(error).__name__)
        raise NotCompared("broke") from error


def _compared(specimen: Specimen, works: Sequence[Work]) -> Recognition | None:
    with ExitStack() as lent:
        candidates = [
            Released(work.code, work.number, reference)
            for work in works
            if (reference := _reference(work, lent)) is not None
        ]
        return recognise_bounded(specimen, candidates)


def _reference(work: Work, lent: ExitStack) -> Path | None:
    """Where what the work is compared by lies for now; None for one that was marked before that was kept."""
    try:
        return lent.enter_context(files.local(files.reference_name(work.code)))
    except FileNotFoundError:
        return None
