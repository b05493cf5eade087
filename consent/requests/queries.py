"""Reading requests as their requester may: what a person does without telling is not in any answer of this module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.users.models import User
from consent.requests.models import Request
from consent.requests.states import RequestState, Shown, shown_to_requester

_SAID: dict[Shown, Q] = {
    Shown.DRAFT: Q(state=RequestState.DRAFT),
    Shown.COUNTERED: Q(state=RequestState.COUNTERED),
    Shown.GRANTED: Q(state=RequestState.GRANTED),
    Shown.REFUSED: Q(state=RequestState.REFUSED, refused_openly=True),
    Shown.SUPERSEDED: Q(state=RequestState.SUPERSEDED),
    Shown.CANCELLED: Q(state=RequestState.CANCELLED),
}
_UNSAID = ~Q(state__in=("draft", "countered", "granted", "superseded", "cancelled")) & ~_SAID[Shown.REFUSED]


def requests_of(user: User) -> QuerySet[Request]:
    """All requests of a requester, newest first."""
    return Request.objects.filter(requester=user).select_related("contact", "requester")


def request_for(user: User, reference: UUID) -> Request:
    """The request ``reference`` if ``user`` made it. Raises Http404 otherwise."""
    found = requests_of(user).filter(pk=reference).first()
    if found is None:
        raise Http404("There is no such request, or it is not yours.")
    return found


def shown_of(request: Request, now: datetime) -> Shown:
    """What the requester sees of ``request`` at ``now``."""
    return shown_to_requester(
        RequestState(request.state),
        is_past_deadline=request.answer_by <= now,
        refused_openly=request.refused_openly,
        dropped_as=request.dropped_as,
    )


def shown_as(shown: Shown) -> Callable[[datetime], Q]:
    """Return how to ask the database, for a moment, for what :func:`shown_of` calls ``shown``."""
    if shown in (Shown.CANCELLED, Shown.SUPERSEDED):
        return lambda now: Q(dropped_as=shown.value) | (Q(dropped_as="") & _SAID[shown])
    if shown in _SAID:
        return lambda now: Q(dropped_as="") & _SAID[shown]
    if shown is Shown.SENT:
        return lambda now: Q(dropped_as="", answer_by__gt=now) & _UNSAID
    return lambda now: Q(dropped_as="", answer_by__lte=now) & _UNSAID
