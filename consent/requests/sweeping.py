"""What time does to requests: they run out, and a delivery that a lost message left undone is taken up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.refusals import Refusal
from consent.requests import delivery
from consent.requests.lifecycle import drop, move
from consent.requests.models import Request
from consent.requests.offers import STANDS
from consent.requests.states import OPEN, RequestState

MOST_AT_ONCE = 200
DRAFTS_KEPT = timedelta(days=365)
"""After this nobody means to send it any more: a name and an address of somebody who was never asked are kept no longer than needed (PIPL Art. 19)."""
_WAITING = sorted(OPEN - {RequestState.DRAFT, RequestState.COUNTERED})


def sweep(*, now: datetime | None = None) -> int:
    """Expire what ran out and deliver what is due; return how many expired. Safe to run twice, also at the same time."""
    now = now or timezone.now()
    expired = expire_overdue(now)
    cancel_left_drafts(now)
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


def cancel_left_drafts(now: datetime) -> int:
    """Cancel drafts that were left lying; return how many."""
    left = Request.objects.filter(state=RequestState.DRAFT, created_at__lte=now - DRAFTS_KEPT)
    return sum(_cancel(each, now) for each in left.select_related("requester")[:MOST_AT_ONCE])


def _cancel(request: Request, now: datetime) -> bool:
    with transaction.atomic():
        if not Request.objects.select_for_update().filter(pk=request.pk, state=RequestState.DRAFT).exists():
            return False
        drop(request, RequestState.CANCELLED, by=None, now=now)
    return True


def _expire(request: Request, now: datetime) -> bool:
    try:
        with transaction.atomic():
            move(request, RequestState.EXPIRED, by=None, now=now, deliver_at=None)
    except Refusal:  # answered or dropped at this very moment
        return False
    return True
