"""What time does to cases: they become overdue, answered ones are closed, and in the end their content is erased."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.refusals import Refusal
from marking.desk import lifecycle, services
from marking.desk.mail import mail_what_is_left
from marking.desk.models import Case
from marking.desk.states import DECIDED, OPEN, CaseState, Event

logger = logging.getLogger(__name__)

CLOSED_AFTER = timedelta(days=30)
"""How long after its answer a case is closed, where nobody closed it before."""
CONTENT_KEPT = timedelta(days=3 * 366)
"""How long after the closing its content can be read: three years, the usual limitation period (Civil Code Art. 188)."""
MOST_AT_ONCE = 100


def sweep(*, now: datetime | None = None) -> None:
    """Do all that is due, at most `MOST_AT_ONCE` of each. Safe to run twice, late or never."""
    now = now or timezone.now()
    mark_overdue(now=now)
    close_answered(now=now)
    erase_contents(now=now)
    mail_what_is_left(now=now, most=MOST_AT_ONCE)


def mark_overdue(*, now: datetime) -> int:
    """Note of each open case whose time is over, once, that it is overdue; count them."""
    late = Case.objects.filter(state__in=OPEN, due_at__lt=now, overdue_at__isnull=True)
    return sum(_mark_overdue(case, now) for case in list(late[:MOST_AT_ONCE]))


def close_answered(*, now: datetime) -> int:
    """Close the cases that were answered long ago, so that no address is kept for longer; count them."""
    old = Case.objects.filter(state__in=DECIDED, answered_at__lte=now - CLOSED_AFTER)
    return sum(_close(case, now) for case in list(old[:MOST_AT_ONCE]))


def erase_contents(*, now: datetime) -> int:
    """Destroy the keys of cases that were closed years ago; count them. What happened to them stays known."""
    old = Case.objects.filter(
        state=CaseState.CLOSED, closed_at__lte=now - CONTENT_KEPT, wrapped_key__isnull=False
    )
    return sum(_erase(case, now) for case in list(old[:MOST_AT_ONCE]))


def _mark_overdue(case: Case, now: datetime) -> bool:
    with transaction.atomic():
        unmarked = Case.objects.filter(pk=case.pk, state__in=OPEN, overdue_at__isnull=True)
        if not unmarked.update(overdue_at=now):
            return False
        lifecycle.note(case, Event.OVERDUE, by=None, now=now)
    logger.warning("case %s is overdue", case.code)
    return True


def _close(case: Case, now: datetime) -> bool:
    try:
        services.close(by=None, case=case, now=now)
    except Refusal:  # somebody else closed it in between
        return False
    return True


def _erase(case: Case, now: datetime) -> bool:
    with transaction.atomic():
        readable = Case.objects.filter(pk=case.pk, wrapped_key__isnull=False)
        if not readable.update(wrapped_key=None, description=None):
            return False
        lifecycle.note(case, Event.CONTENT_ERASED, by=None, now=now)
    return True
