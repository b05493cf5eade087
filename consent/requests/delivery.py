"""Bringing a request to the person, by a job of its own: whoever sends one learns nothing from how long it takes or how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.sanctions.queries import is_limited, limit_on
from accounts.sanctions.states import Function
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.services import holder_of
from consent.requests import telling
from consent.requests.holding import Arrival, arrival_of
from consent.requests.lifecycle import release
from consent.requests.models import Request
from consent.requests.states import RequestState

NEUTRAL_MAIL_EVERY = timedelta(days=30)
"""How often an address without an account is written to at most, over all requesters."""
LOOKED_AGAIN_AFTER = timedelta(days=1)
"""When a request to an address that may not be written to now is looked at again."""
REMINDED_AGAIN_AFTER = timedelta(minutes=5)
"""When the sweep takes up a reminder whose message was lost."""
_UNANSWERED = (RequestState.SENT, RequestState.VIEWED, RequestState.CONFIRMED, RequestState.DEFERRED)


def deliver(pk: UUID | str, *, now: datetime | None = None) -> bool:
    """Bring request ``pk`` to the person, or hold it; False where it is not delivered (now). Safe to call twice, late or never."""
    now = now or timezone.now()
    with transaction.atomic():
        request = _locked(pk, RequestState.HELD)
        if request is None or request.deliver_at is None or request.answer_by <= now:
            return False
        kept_by = limit_on(request.requester, {Function.REQUEST_CONSENT}, now)
        if kept_by is not None:
            again_at = now + LOOKED_AGAIN_AFTER
            return _hold(request, min(kept_by.ends_at or again_at, again_at))
        person = holder_of(request.contact)
        arrival = arrival_of(request, person, now)
        if arrival is Arrival.REFUSE:
            return _hold(request, None)
        if person is None and not _may_write_to_stranger(request.contact, now):
            return _hold(request, now + LOOKED_AGAIN_AFTER)
        release(request, now=now)
        if arrival is not Arrival.QUEUE:
            _tell(request, person, now)
    return True


def remind(pk: UUID | str, *, now: datetime | None = None) -> bool:
    """Remind the person behind request ``pk`` where one was asked for; False where nobody is told. Safe to call twice.

    An address without an account gets no reminder, and whoever has answered gets none either.
    """
    now = now or timezone.now()
    with transaction.atomic():
        request = _locked(pk, *_UNANSWERED)
        if request is None or request.answer_by <= now:
            return False
        if is_limited(request.requester, Function.REQUEST_CONSENT, now):
            return False
        person = holder_of(request.contact)
        due = Request.objects.filter(pk=request.pk, reminders_mailed__lt=F("reminders"))
        if person is None or arrival_of(request, person, now) is not Arrival.ASK:
            return False
        if not due.update(reminders_mailed=F("reminders")):
            return False
        telling.remind_person(person, request, now=now)
    return True


def _locked(pk: UUID | str, *states: RequestState) -> Request | None:
    rows = Request.objects.select_for_update(of=("self",)).filter(pk=pk, state__in=states)
    return rows.select_related("contact", "requester").first()


def _hold(request: Request, again_at: datetime | None) -> bool:
    Request.objects.filter(pk=request.pk).update(deliver_at=again_at)
    return False


def _may_write_to_stranger(contact: Contact, now: datetime) -> bool:
    """Claim the one mail that a stranger's address gets within thirty days."""
    is_free = Q(neutral_mail_at__isnull=True) | Q(neutral_mail_at__lte=now - NEUTRAL_MAIL_EVERY)
    unwritten = Contact.objects.filter(is_free, pk=contact.pk, opted_out_at__isnull=True)
    return bool(unwritten.update(neutral_mail_at=now))


def _tell(request: Request, person: User | None, now: datetime) -> None:
    if person is None:
        telling.tell_stranger(request, now=now)
    else:
        telling.tell_person(person, request, now=now)
