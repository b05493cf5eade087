"""What time does to requests: they run out, and a delivery that a lost message left undone is taken up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.refusals import Refusal
from consent.requests import delivery
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import STANDS
from consent.requests.states import OPEN, RequestState

MOST_AT_ONCE = 200
_WAITING = sorted(OPEN - {RequestState.DRAFT, RequestState.COUNTERED})


def sweep(*, now: datetime | None = None) -> int:
    """Expire what ran out and deliver what is due; return how many expired. Safe to run twice, also at the same time."""
    now = now or timezone.now()
    expired = expire_overdue(now)
    due = Request.objects.filter(state=RequestState.HELD, deliver_at__lte=now).order_by("deliver_at")
    for pk in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        delivery.deliver(pk, now=now)
    unreminded = Request.objects.filter(reminders_mailed__lt=F("reminders"), answer_by__gt=now)
    late = unreminded.filter(reminded_at__lt=now - delivery.REMINDED_AGAIN_AFTER).order_by("reminded_at")
    for pk in list(late.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        delivery.remind(pk, now=now)
    return expired


def expire_overdue(now: datetime) -> int:
    """Expire the requests whose deadline is over, and the offers that nobody took in time; return how many."""
    unanswered = Q(state__in=_WAITING, answer_by__lte=now)
    untaken = Q(state=RequestState.COUNTERED, answer_by__lte=now, answered_at__lte=now - STANDS)
    overdue = Request.objects.filter(unanswered | untaken).select_related("requester", "person")
    return sum(_expire(each, now) for each in overdue.order_by("answer_by")[:MOST_AT_ONCE])


def _expire(request: Request, now: datetime) -> bool:
    try:
        with transaction.atomic():
            move(request, RequestState.EXPIRED, by=None, now=now, deliver_at=None)
    except Refusal:  # answered or dropped at this very moment
        return False
    return True
