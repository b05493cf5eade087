"""The picture of a work for the person whom it shows and who is asked: small, with every label, before it is marked for release."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage

from marking.media import BoundedError, Refused, run_bounded
from marking.pipeline.picture import preview_upload
from marking.works import files, numbers
from marking.works.execution import MARKING_BYTES, order_for
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)

SECONDS = 60.0
"""How long the largest picture may take to be read and made small."""
_PREFIX = "work:"


def is_shown(subject: str) -> bool:
    """Whether ``subject``, such as ``work:8Z0K3…``, is a work that is not deleted."""
    return _work_of(subject) is not None


def picture_of(subject: str) -> bytes | None:
    """The labelled preview of a work's upload as JPEG, made when it is first asked for; None where there is none to be had."""
    work = _work_of(subject)
    if work is None:
        return None
    name = files.preview_name(work.code, "before")
    try:
        if not default_storage.exists(name):
            _make(work, name)
        with default_storage.open(name) as stored:
            return bytes(stored.read())
    except (OSError, Refused, BoundedError) as error:
        logger.warning("the picture of %s could not be shown: %s", work.code, type(error).__name__)
        return None


def _make(work: Work, name: str) -> None:
    """Read the upload in a child process, and keep its preview under ``name`` until the work is deleted."""
    with files.workspace() as folder, files.local(work.source_path) as source:
        order = order_for(work, source=source, folder=folder)
        files.put(name, run_bounded(preview_upload, order, seconds=SECONDS, memory_bytes=MARKING_BYTES))


def _work_of(subject: str) -> Work | None:
    try:
        number = numbers.read(subject.removeprefix(_PREFIX))
    except ValueError:
        return None
    standing = Work.objects.exclude(state=WorkState.DELETED).select_related("owner")
    return standing.filter(number=number).first() if subject.startswith(_PREFIX) else None
