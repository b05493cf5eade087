"""What becomes of somebody's requests when their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.users.models import User
from consent.contacts.services import erase_addresses_of, erase_unused
from consent.requests.lifecycle import drop
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Take back what ``user`` still asks, forget whom they asked by name and address, and the addresses that are their own."""
    for request in Request.objects.filter(requester=user, state__in=sorted(OPEN)).order_by("pk"):
        drop(request, RequestState.CANCELLED, by=None, now=now)
    asked = Request.objects.filter(requester=user)
    asked.update(wrapped_key=None, sealed_name=None)
    others = Request.objects.exclude(requester=user)
    erase_unused(asked.values("contact"), others.values("contact"))
    erase_addresses_of(user)
