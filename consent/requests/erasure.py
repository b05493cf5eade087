"""What becomes of requests when the account of who asked, or of who was asked, is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.users.models import User
from consent.contacts.services import erase_addresses_of, erase_unused
from consent.requests.lifecycle import drop
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

_NAMELESS: dict[str, None] = {"wrapped_key": None, "sealed_name": None}


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Take back what ``user`` still asks; forget whom they asked, and under which name and address they were asked themselves."""
    for request in Request.objects.filter(requester=user, state__in=sorted(OPEN)).order_by("pk"):
        drop(request, RequestState.CANCELLED, by=None, now=now)
    _forget_asked_by(user)
    _forget_asked_of(user)


def _forget_asked_by(user: User) -> None:
    asked = Request.objects.filter(requester=user)
    asked.update(**_NAMELESS)
    others = Request.objects.exclude(requester=user)
    erase_unused(asked.values("contact"), others.values("contact"))


def _forget_asked_of(user: User) -> None:
    """Forget what ``user`` was asked under: the addresses of their account, and those under which they proved to be the one asked.

    An address that was theirs may be somebody else's by now: it stays where that person answered under it, or may still answer.
    """
    received = Request.objects.filter(person=user)
    received.update(**_NAMELESS)
    others = Request.objects.exclude(person=user).filter(Q(person__isnull=False) | Q(state__in=sorted(OPEN)))
    erase_unused(received.values("contact"), others.values("contact"))
    erase_addresses_of(user)
    # Where nobody proved to be the one asked, the address alone says whose name it is: the name does not outlive it.
    unproved = Request.objects.filter(person__isnull=True, sealed_name__isnull=False)
    unproved.filter(contact__sealed_address__isnull=True).update(**_NAMELESS)
