"""The picture of a work for the person whom it shows and who is asked: small, with every label, before it is marked for release."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage
from django.utils import timezone

from marking.consenting import previews
from marking.media import BoundedError, Refused
from marking.works import numbers
from marking.works.gate import blocked_since
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)

_PREFIX = "work:"


def is_shown(subject: str) -> bool:
    """Whether ``subject``, such as ``work:8Z0K3…``, is a work whose files are here."""
    return _work_of(subject) is not None


def picture_of(subject: str) -> bytes | None:
    """The labelled preview of a work's upload as JPEG, made when it is first asked for; None where there is none to be had."""
    work = _work_of(subject)
    if work is None:
        return None
    name = previews.name_of(work)
    try:
        if not default_storage.exists(name):
            previews.store(work)
        with default_storage.open(name) as stored:
            return bytes(stored.read())
    except (OSError, Refused, BoundedError) as error:
        logger.warning("the picture of %s could not be shown: %s", work.code, type(error).__name__)
        return None


def _work_of(subject: str) -> Work | None:
    try:
        number = numbers.read(subject.removeprefix(_PREFIX))
    except ValueError:
        return None
    dark = (WorkState.CONSENT_ENDED, WorkState.DELETED)
    standing = Work.objects.filter(blocked_at__isnull=True).exclude(state__in=dark).select_related("owner")
    work = standing.filter(number=number).first() if subject.startswith(_PREFIX) else None
    return work if work is None or blocked_since(work, timezone.now()) is None else None
