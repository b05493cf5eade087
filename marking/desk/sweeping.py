"""What time does to cases: they become overdue, answered ones are closed, and in the end their content is erased."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.retention.holds import held_subjects
from marking.desk.cases import lifecycle
from marking.desk.cases.clocks import started_at
from marking.desk.cases.holding import require_free, subject_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.mail import mail_what_is_left
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import MOST_PAUSED, warns_at
from marking.desk.cases.states import DECIDED, OPEN, CaseState, Event
from marking.desk.cases.validity import has_begun
from marking.desk.decisions import services
from marking.desk.decisions.four_eyes.models import Proposal
from marking.desk.measures import acting

logger = logging.getLogger(__name__)

CLOSED_AFTER = timedelta(days=30)
"""How long after its answer a case is closed, where nobody closed it before."""
CONTENT_KEPT = timedelta(days=3 * 366)
"""How long after the closing its content can be read: three years, the usual limitation period (Civil Code Art. 188)."""
HELD_FOR = timedelta(hours=4)
"""How long a case that somebody took stays theirs."""
MOST_AT_ONCE = 100


def sweep(*, now: datetime | None = None) -> None:
    """Do all that is due, at most `MOST_AT_ONCE` of each. Safe to run twice, late or never."""
    now = now or timezone.now()
    act_on_clocks(now=now)
    warn(now=now)
    mark_overdue(now=now)
    resume_paused(now=now)
    put_back_left(now=now)
    close_answered(now=now)
    erase_contents(now=now)
    mail_what_is_left(now=now, most=MOST_AT_ONCE)


def act_on_clocks(*, now: datetime) -> int:
    """Take the action of each clock that runs out; count the cases. One that comes late, after an outage, acts at its first run."""
    due = acting.due_to_act(now).order_by("due_at")
    return sum(acting.act_at_expiry(case, now=now) for case in list(due[:MOST_AT_ONCE]))


def warn(*, now: datetime) -> int:
    """Note of each open case whose clock comes to its next point of warning, once for each point; count them."""
    near = Case.objects.filter(state__in=OPEN, paused_at__isnull=True, warn_at__lte=now)
    return sum(_warn(case, now) for case in list(near[:MOST_AT_ONCE]))


def resume_paused(*, now: datetime) -> int:
    """Let the clocks run on that stood still for as long as they may; count them."""
    stood = Case.objects.filter(paused_at__lte=now - MOST_PAUSED)
    return sum(_tried(services.resume, case, now) for case in list(stood[:MOST_AT_ONCE]))


def put_back_left(*, now: datetime) -> int:
    """Put the cases back that somebody took long ago and left, unless something waits for a second person; count them."""
    left = Case.objects.filter(state=CaseState.IN_REVIEW, taken_at__lte=now - HELD_FOR)
    left = left.exclude(proposals__decided_at__isnull=True, proposals__proposed_at__isnull=False)
    return sum(_tried(services.put_back, case, now) for case in list(left[:MOST_AT_ONCE]))


def mark_overdue(*, now: datetime) -> int:
    """Note of each open case whose time is over, once, that it is overdue; count them. A clock that has not begun has no end."""
    late = Case.objects.filter(
        has_begun(), state__in=OPEN, due_at__lt=now, overdue_at__isnull=True, paused_at__isnull=True
    )
    return sum(_mark_overdue(case, now) for case in list(late[:MOST_AT_ONCE]))


def close_answered(*, now: datetime) -> int:
    """Close the cases that were answered long ago, so that no address is kept for longer; count them."""
    old = Case.objects.filter(state__in=DECIDED, answered_at__lte=now - CLOSED_AFTER)
    return sum(_close(case, now) for case in _free(old, now))


def erase_contents(*, now: datetime) -> int:
    """Destroy the keys of cases that were closed years ago and are not held; count them. What happened to them stays known."""
    old = Case.objects.filter(
        state=CaseState.CLOSED, closed_at__lte=now - CONTENT_KEPT, wrapped_key__isnull=False
    )
    return sum(_erase(case, now) for case in _free(old.order_by("closed_at", "pk"), now))


def _free(cases: QuerySet[Case], now: datetime) -> list[Case]:
    """The first of ``cases`` that nothing holds, so that held ones stand in nobody's way."""
    held = held_subjects(now)
    free = (case for case in cases.iterator(400) if subject_of(case) not in held)
    return list(islice(free, MOST_AT_ONCE))


def _mark_overdue(case: Case, now: datetime) -> bool:
    with transaction.atomic():
        unmarked = Case.objects.filter(pk=case.pk, state__in=OPEN, overdue_at__isnull=True)
        if not unmarked.update(overdue_at=now):
            return False
        lifecycle.note(case, Event.OVERDUE, by=None, now=now)
    logger.warning("case %s is overdue", case.code)
    return True


def _warn(case: Case, now: datetime) -> bool:
    kind, told = Kind(case.kind), case.warned + 1
    # Reckoned back from its end, as the clock of a case that was opened again began later than the notice was complete.
    started = started_at(kind, case.due_at, settings.ENVIRONMENT["YINJI_ANSWER_HOURS"])
    following = warns_at(kind, started, case.due_at, told)
    with transaction.atomic():
        unwarned = Case.objects.filter(pk=case.pk, state__in=OPEN, warned=case.warned, warn_at=case.warn_at)
        if not unwarned.update(warned=told, warn_at=following):
            return False
        lifecycle.note(case, Event.WARNED, by=None, now=now, body={"due_at": case.due_at.isoformat()})
    logger.warning("case %s is due at %s", case.code, case.due_at.isoformat(timespec="minutes"))
    return True


def _close(case: Case, now: datetime) -> bool:
    return _tried(services.close, case, now)


def _tried(act: Callable[..., None], case: Case, now: datetime) -> bool:
    try:
        act(by=None, case=case, now=now)
    except Refusal:  # somebody else was faster, or set a hold
        return False
    return True


def _erase(case: Case, now: datetime) -> bool:
    return _tried(_erase_content, case, now)


def _erase_content(*, by: None, case: Case, now: datetime) -> None:
    with transaction.atomic():
        require_free(case, now)
        readable = Case.objects.filter(pk=case.pk, wrapped_key__isnull=False)
        if not readable.update(wrapped_key=None, description=None, signature=None, location=None):
            raise lifecycle.moved_on()
        Proposal.objects.filter(case=case).update(payload=None)
        lifecycle.note(case, Event.CONTENT_ERASED, by=by, now=now)
