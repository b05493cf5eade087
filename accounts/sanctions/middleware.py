"""Keeping suspended and closed accounts out of everything but their own rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.access.declare import ACCESS, PER_OPERATION, PUBLIC
from accounts.sanctions.gate import Limited, refused
from accounts.sanctions.open_rooms import is_open
from accounts.sanctions.queries import shut_by


class StandingMiddleware:
    """Answers 403, with the way to the statement of reasons, for what a suspended or closed account may not enter.

    Open stay what is public, signing in and out, and the rooms of :mod:`accounts.sanctions.open_rooms`. The API asks for itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse a shut account."""
        if _is_open_to_everybody(request, view) or not request.user.is_authenticated:
            return None
        found = shut_by(request.user, timezone.now())
        return refused(request, Limited(found)) if found is not None else None


def _is_open_to_everybody(request: HttpRequest, view: Any) -> bool:
    """What needs no look at the account. Views without a declared access are allauth's: signing in, passwords, sessions."""
    if ACCESS.of(view) in (None, PUBLIC, PER_OPERATION):
        return True
    found = request.resolver_match
    return found is not None and is_open(found.namespaces[0] if found.namespaces else "")
