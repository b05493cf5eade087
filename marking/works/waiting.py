"""Uploads that never became a work that is given out. Nobody allowed the pictures, and they are not kept for ever: their owner is told, and a month later they go."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind
from accounts.notices.models import Notice
from accounts.notices.services import notify
from accounts.refusals import Refusal
from accounts.retention.holds import held_subjects, is_among
from accounts.vault.sealing import Damaged
from consent.requests.models import Request
from marking.works import services
from marking.works.gate import subject_of
from marking.works.models import Work
from marking.works.states import WorkState

logger = logging.getLogger(__name__)

WAITS_LONG = Kind(
    "work.waits_long",
    _("An upload will be deleted"),
    _(
        "The upload %(work)s has waited for months without being released. It is deleted on %(date)s, unless it goes on before."
    ),
    url_name="works:detail",
    is_required=True,
    open_params=("work", "date"),
)
TOLD_BEFORE = timedelta(days=30)
WAITING = (WorkState.AWAITING_CONSENT, WorkState.AWAITING_ANSWERS, WorkState.FAILED)


def sweep(now: datetime | None = None) -> int:
    """Delete what its owner left behind and was told of, and tell the others; count the deleted. Safe to run twice.

    What is held for proceedings is passed over, neither told of nor deleted.
    """
    now = now or timezone.now()
    waiting = Work.objects.filter(state__in=WAITING).annotate(moved_at=Max("transitions__at"))
    due = waiting.filter(moved_at__lte=now - _patience() + TOLD_BEFORE).select_related("owner")
    held = held_subjects(now)
    return sum(
        _ended(work, now) for work in due.iterator() if not is_among(held, subject_of(work), work.owner)
    )


def _ended(work: Work, now: datetime) -> bool:
    try:
        return _end(work, _quiet_since(work), now)
    except Damaged:  # of one owner; the others' go on
        logger.error(
            "the owner of %s cannot be told that it will be deleted: their key does not open", work.code
        )
        return False


def _patience() -> timedelta:
    return timedelta(days=settings.WAITING_FILES_DAYS)


def _quiet_since(work: Work) -> datetime:
    """When it last moved, or somebody was last asked for it: whether they answered shall not be read from what becomes of it."""
    moved: datetime | None = work.transitions.aggregate(Max("at"))["at__max"]
    asked: datetime | None = Request.objects.filter(subject=subject_of(work)).aggregate(Max("created_at"))[
        "created_at__max"
    ]
    return max(each for each in (work.created_at, moved, asked) if each is not None)


def _end(work: Work, quiet_since: datetime, now: datetime) -> bool:
    """Take the step that is due: tell its owner, or delete it. However late the first was, there is a month between the two."""
    if quiet_since + _patience() - TOLD_BEFORE > now:
        return False
    notices = Notice.objects.filter(user=work.owner, kind=WAITS_LONG.code, subject=subject_of(work))
    told = notices.filter(created_at__gte=quiet_since).order_by("created_at").first()
    if told is None:
        _tell(work, max(quiet_since + _patience(), now + TOLD_BEFORE), now)
        return False
    return max(quiet_since + _patience(), told.created_at + TOLD_BEFORE) <= now and _deleted(work, now)


def _tell(work: Work, ends_at: datetime, now: datetime) -> None:
    params = {"work": work.code, "date": timezone.localdate(ends_at).isoformat()}
    with transaction.atomic():
        notify(
            user=work.owner,
            kind=WAITS_LONG.code,
            subject=subject_of(work),
            params=params,
            url_args=[work.code],
            now=now,
        )


def _deleted(work: Work, now: datetime) -> bool:
    try:
        services.delete(by=None, work=work, now=now)
    except Refusal:  # it went on meanwhile
        return False
    logger.info("deleted %s: nobody came back for it", work.code)
    return True
