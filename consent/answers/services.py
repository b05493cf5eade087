"""What a person does with a request: open it, refuse it, put it off, report it. Agreeing stands in :mod:`consent.answers.agreeing`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from consent import clock
from consent.answers.agreeing import ask as ask
from consent.answers.agreeing import grant as grant
from consent.answers.agreeing import narrow as narrow
from consent.answers.queries import locked_request
from consent.answers.refusals import over
from consent.answers.signals import request_reported
from consent.answers.telling import tell_requester
from consent.blocking.services import block as block_requester
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.states import RequestState

if TYPE_CHECKING:
    from accounts.users.models import User


def open_request(request: Request, *, by: User | None, now: datetime | None = None) -> Request:
    """Note that the person looked at the request, which the requester never learns. A second call changes nothing."""
    with transaction.atomic():
        held, now = _held(request, now)
        _look(held, by, now)
    return held


def refuse(request: Request, *, by: User | None, openly: bool, now: datetime | None = None) -> Request:
    """Say no, so that the requester sees it or not, or take back an offer: that was seen, so its end is seen, too.

    Refused with ``request_over``.
    """
    with transaction.atomic():
        held, now = _held(request, now)
        _look(held, by, now)
        is_seen = openly or held.state == RequestState.COUNTERED
        move(held, RequestState.REFUSED, by=by, now=now, answered_at=now, refused_openly=is_seen)
        if is_seen:
            tell_requester(held, now=now)
    return held


def put_off(request: Request, *, by: User | None, now: datetime | None = None) -> Request:
    """Answer later. A second call changes nothing. Refused with ``request_over``."""
    with transaction.atomic():
        held, now = _held(request, now)
        _look(held, by, now)
        if held.state != RequestState.DEFERRED:
            move(held, RequestState.DEFERRED, by=by, now=now)
    return held


def disown(request: Request, *, by: User | None, now: datetime | None = None) -> Request:
    """Say that somebody else is meant. Refused with ``request_over``."""
    with transaction.atomic():
        held, now = _held(request, now)
        _look(held, by, now)
        move(held, RequestState.MISDIRECTED, by=by, now=now, answered_at=now)
    return held


def report(request: Request, *, by: User | None, now: datetime | None = None) -> Request:
    """Hand the request to the desk, and end it. Refused with ``request_over``."""
    with transaction.atomic():
        held, now = _held(request, now)
        _look(held, by, now)
        move(held, RequestState.REPORTED, by=by, now=now, answered_at=now)
        request_reported.send(sender=Request, request=held, by=by, now=now)
    return held


def block(request: Request, *, by: User | None, now: datetime | None = None) -> Request:
    """Refuse without a word, and let nothing of this requester through any more. Refused with ``request_over``."""
    with transaction.atomic():
        held, now = _held(request, now)
        block_requester(held.contact, held.requester, person=by, about=held.answer_reference, now=now)
        _look(held, by, now)
        move(held, RequestState.REFUSED, by=by, now=now, answered_at=now)
    return held


def _held(request: Request, now: datetime | None) -> tuple[Request, datetime]:
    """The request, locked, and the time that counts."""
    now = clock.now(now)
    held = locked_request(request.pk)
    if now >= held.answer_by:
        raise over()
    return held, now


def _look(request: Request, by: User | None, now: datetime) -> None:
    """Whoever answers has seen it."""
    if request.state == RequestState.SENT:
        move(request, RequestState.VIEWED, by=by, now=now, viewed_at=now)
