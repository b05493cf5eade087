"""Somebody who asks, and what they ask for. For tests of requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.users.models import User
from consent.requests import services
from consent.requests.forms import initial_of
from consent.requests.models import Request
from consent.scope import Scope
from tests.consent.people import scope_for

PERSON, ADDRESS = "Lin Mei", "lin@example.com"


def drafted(by: User, address: str = ADDRESS, scope: Scope | None = None, **more: Any) -> Request:
    """A draft to one person."""
    return services.draft(
        by=by, name=PERSON, address=address, scope=scope or scope_for(by, more.get("now")), **more
    )


def sent(by: User, address: str = ADDRESS, now: datetime | None = None, **more: Any) -> Request:
    """A request that was sent and whose delivery has not run yet."""
    return services.send(by=by, request=drafted(by, address, now=now, **more), now=now)


def fields(by: User, **changes: Any) -> dict[str, Any]:
    """The fields of the form of a new request."""
    initial = initial_of(scope_for(by))
    written = {
        name: ", ".join(sorted(value)) if isinstance(value, frozenset) else value
        for name, value in initial.items()
    }
    return {**written, "name": PERSON, "address": ADDRESS, "days": 14, **changes}
