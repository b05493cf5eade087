"""Half an hour with one request for whoever entered its code: enough to look and to say no, never to agree."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from consent.requests.models import Request

LASTS = timedelta(minutes=30)
_KEY = "consent.answers.entered"


def enter(http: HttpRequest, request: Request, *, now: datetime) -> None:
    """Let this browser's session answer ``request`` for half an hour, under a new session key."""
    entered = {reference: end for reference, end in _entered(http).items() if end > now.timestamp()}
    http.session.cycle_key()
    http.session[_KEY] = {**entered, str(request.answer_reference): (now + LASTS).timestamp()}


def has_entered(http: HttpRequest, request: Request, *, now: datetime) -> bool:
    """Whether this session entered the code of ``request``, less than half an hour ago. An account that is signed in has its own way."""
    end = _entered(http).get(str(request.answer_reference), 0.0)
    is_recent = end - LASTS.total_seconds() <= now.timestamp() < end
    return not http.user.is_authenticated and is_recent


def leave(http: HttpRequest, request: Request) -> None:
    """End it."""
    http.session[_KEY] = {
        reference: end
        for reference, end in _entered(http).items()
        if reference != str(request.answer_reference)
    }


def _entered(http: HttpRequest) -> dict[str, float]:
    found = http.session.get(_KEY)
    return found if isinstance(found, dict) else {}
