"""Compare a file with those released files that look like it, where they are still in the storage."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack

from marking.marks.fingerprint import CANDIDATE
from marking.registry import lookup
from marking.verification.collectors import Specimen
from marking.verification.recognition import MOST_COMPARED, Recognition, Released, recognise_bounded
from marking.works import files
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)


def recognised_work(specimen: Specimen, fingerprint: bytes) -> Recognition | None:
    """Return the work of whose released file this is a copy, as its known watermark tells; None where none is found.

    ``fingerprint``: the file's, 32 bytes; only the nearest works are compared. A storage that refuses is no
    reason to fail: then nothing is recognised.
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
        return None


def _compared(specimen: Specimen, works: Sequence[Work]) -> Recognition | None:
    with ExitStack() as lent:
        candidates = [
            Released(
                work.code,
                work.number,
                marked=lent.enter_context(files.local(work.marked_path)),
                original=lent.enter_context(files.local(work.source_path)),
            )
            for work in works
        ]
        return recognise_bounded(specimen, candidates)
