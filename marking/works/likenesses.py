"""The small copies of released pictures that files are laid beside: taken for what they are, and made anew where they are not."""

from __future__ import annotations

import logging
from pathlib import Path

from celery import current_app
from django.db import transaction

from marking.media import run_bounded
from marking.pipeline.likeness import keep_file_small
from marking.works import files
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)

REMAKE_TASK = "marking.works.tasks.remake_likeness"
SECONDS = 60.0
MEMORY_BYTES = 4 << 30
"""Address space of the child, which decodes what the marking decoded."""


def proven(work: Work, path: Path | None) -> Path | None:
    """Return ``path`` if the copy that lies there is the one that was made of the released picture; None if it is another, and where there is none.

    Where there should be one, a worker makes it anew. A copy from before hashes were kept has none, so nobody can say what it is.
    """
    if path is None and not work.likeness_sha256:
        return None
    if path is not None and _is_as_made(work, path):
        return path
    logger.warning("the small copy of %s is not the one that was made; it is made anew", work.code)
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(REMAKE_TASK, [work.pk]), robust=True)
    return None


def _is_as_made(work: Work, path: Path) -> bool:
    try:
        return files.sha256_of(path) == work.likeness_sha256
    except OSError:
        return False


def remake(number: int) -> bool:
    """Make the copy of work ``number`` from its released file; False where it has none afterwards. Safe to run twice, late or never.

    A released file that is not as it was released proves nothing: the copy is let go of then, and files are laid beside the released file alone.
    Raises what :func:`run_bounded` raises, and OSError.
    """
    work = Work.objects.get(pk=number)
    if not work.is_given_out:
        return False
    with files.workspace() as folder, files.local(work.marked_path) as released:
        if files.sha256_of(released) == work.marked_sha256:
            made = run_bounded(keep_file_small, released, folder, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
        else:
            logger.error("the released file of %s is not as it was released", work.code)
            made = None
        return _kept(work, made)


def _kept(work: Work, made: Path | None) -> bool:
    """Put the copy, or its absence, into the place of what is there, unless the work has gone dark meanwhile."""
    name = files.likeness_name(work.code)
    with transaction.atomic():
        # The row is held until the file lies there: nobody deletes the work in between, and its files with it.
        still = Work.objects.filter(pk=work.pk, state=WorkState.RELEASED, blocked_at__isnull=True)
        if not still.update(likeness_sha256=files.sha256_of(made) if made else ""):
            return False
        if made is None:
            files.remove(name)
        else:
            files.put(name, made)
    return made is not None
