"""When and from where each session was last used: people see on a page of theirs who is signed in as them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.middleware import UserSessionsMiddleware as AtEachRequest
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.prepared import Prepared

FRESH = timedelta(minutes=1)
"""How long what was written of a session stands: a minute tells its owner as much as a second."""


class UserSessionsMiddleware:
    """As allauth's, which writes at each request, but only where there is something new to write.

    SQLite has one writer: whoever only looks at a page or takes a file must not queue for its place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._written = AtEachRequest(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_written(request):
            return self._get_response(request)
        answer: HttpResponseBase = self._written(request)
        return answer


def _is_written(request: HttpRequest) -> bool:
    """Whether this user, address and browser of the session were written down just now."""
    key = request.session.session_key
    if not key or not request.user.is_authenticated:
        return False
    browser = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    since = timezone.now() - FRESH
    written = _WRITTEN.rows(session=key, user=request.user.pk, browser=browser, since=since)
    address = get_adapter().get_client_ip(request)
    return (UserSession._meta.get_field("ip").get_prep_value(address),) in written


def _used_from(session: str, user: int, browser: str, since: datetime) -> QuerySet[Any, tuple[str]]:
    held = UserSession.objects.filter(session_key=session, user=user, user_agent=browser)
    addresses: QuerySet[Any, tuple[str]] = held.filter(last_seen_at__gt=since).values_list("ip")
    return addresses


_WRITTEN = Prepared(_used_from)
