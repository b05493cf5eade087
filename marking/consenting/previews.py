"""The small labelled copy that a person is shown before they let a picture of them go out."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction

from consent.uses.queries import use_of
from consent.uses.states import UseState
from marking.media import BoundedError, Refused, run_bounded
from marking.pipeline.picture import preview_picture
from marking.works import files
from marking.works.execution import MARKING_BYTES, order_for
from marking.works.gate import subject_of
from marking.works.models import Work

logger = logging.getLogger(__name__)

PREVIEW_TASK = "marking.consenting.tasks.make_preview"
SECONDS = 60.0


def ask_for(work: Work) -> None:
    """Have the copy made once the transaction has committed."""
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(PREVIEW_TASK, [work.pk]))


def make(number: int) -> bool:
    """Make the copy of work ``number``, if somebody waits for it; False where not. Safe to call twice."""
    work = Work.objects.select_related("owner").get(pk=number)
    use = use_of(subject_of(work))
    if use is None or use.state != UseState.AWAITING_PREVIEW:
        return False
    try:
        store(work)
    except (Refused, BoundedError) as error:
        logger.warning("no preview of %s could be made: %s", work.code, type(error).__name__)
        return False
    return True


def store(work: Work) -> None:
    """Make the copy of a work's upload in a child process, and keep it until the work's files go.

    Raises :class:`~marking.media.Refused`, :class:`~marking.media.BoundedError` and OSError.
    """
    with files.workspace() as folder, files.local(work.source_path) as source:
        order = order_for(work, source=source, folder=folder)
        path = run_bounded(
            preview_picture, order, seconds=SECONDS, memory_bytes=MARKING_BYTES, on_progress=_ignore
        )
        files.put(name_of(work), path)


def name_of(work: Work) -> str:
    """Storage name of the copy."""
    return files.preview_name(work.code, "asked")


def _ignore(step: str) -> None:
    """Nobody watches."""
