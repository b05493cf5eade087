"""Finding the request that somebody may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from accounts.guardians.queries import acts_for
from consent.contacts.services import holds
from consent.grants.queries import seen_by
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.users.models import User
    from consent.grants.models import Grant

UNSENT = frozenset({RequestState.DRAFT, RequestState.HELD})
"""Nobody was asked yet, and nobody gets to see it."""
WAITING = OPEN - UNSENT - {RequestState.COUNTERED}
"""The person has still to answer."""


def request_for(user: User, reference: UUID) -> Request:
    """The request of this answer reference, for an account that holds the address it asks, or acts for the child that it turned out to ask.

    Raises Http404 for anybody else.
    """
    sent = Request.objects.exclude(state__in=UNSENT).select_related("requester", "contact", "person")
    found = sent.filter(answer_reference=reference).first()
    if found is None or not (holds(user, found.contact) or _acts_for(user, found)):
        raise Http404("No request of this reference is for this account.")
    return found


def _acts_for(user: User, request: Request) -> bool:
    """Whether ``user`` is the other guardian, too: one who asks learns nothing of what becomes of it."""
    child = request.person
    return child is not None and request.requester_id != user.pk and acts_for(user, child)


def is_waiting(request: Request, now: datetime) -> bool:
    """Whether the request can still be answered."""
    return RequestState(request.state) in WAITING and now < request.answer_by


def successor_of(request: Request) -> Request | None:
    """The newest version of an edited request, once it was sent to the same address."""
    newest, seen = request, {request.pk}
    # A damaged row may lead back to one that was passed.
    while (following := Request.objects.filter(supersedes=newest).exclude(pk__in=seen).first()) is not None:
        newest = following
        seen.add(newest.pk)
    is_for_them = newest.contact_id == request.contact_id and RequestState(newest.state) not in UNSENT
    return newest if newest != request and is_for_them else None


def grant_of(user: User, request: Request) -> Grant | None:
    """What was granted in answer to ``request``, as far as ``user`` may see it."""
    return seen_by(user).filter(request=request).first()


def locked_request(reference: UUID) -> Request:
    """The request of this primary key, locked for the rest of the transaction."""
    found = Request.objects.select_for_update(of=("self",)).select_related("requester", "contact", "person")
    return found.get(pk=reference)
