"""Why a request is not brought to the person. Its requester never learns of any of it: to them it is sent.

Rooms that know more of a person, such as whom they block or the rules that they set, register what they would do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from accounts.users.models import User
from consent.requests.models import Request
from consent.requests.quotas import COOL_DOWN
from consent.requests.states import RequestState


class Arrival(StrEnum):
    """What becomes of a request that arrives: the person is told, finds it without being told, or never sees it."""

    ASK = "ask"
    QUEUE = "queue"
    REFUSE = "refuse"


Doorkeeper = Callable[[User | None, Request], Arrival]
"""Asked with the account that holds the address, None where there is none, and the request."""

_doorkeepers: dict[str, Doorkeeper] = {}
_ENDED_BY_PERSON = (RequestState.REFUSED, RequestState.REPORTED, RequestState.MISDIRECTED)


def register(name: str, doorkeeper: Doorkeeper) -> None:
    """Let ``doorkeeper`` have a say about every request that arrives. A second call under the same name replaces the first."""
    _doorkeepers[name] = doorkeeper


def forget(name: str) -> None:
    """Let the doorkeeper ``name`` have no say any more. Nothing happens where there is none."""
    _doorkeepers.pop(name, None)


def arrival_of(request: Request, person: User | None, now: datetime) -> Arrival:
    """What becomes of ``request`` for the account that holds its address, or for a stranger's address (None)."""
    contact = request.contact
    if (
        contact.opted_out_at is not None
        or contact.sealed_address is None
        or _cools_down(request, person, now)
    ):
        return Arrival.REFUSE
    answers = {doorkeeper(person, request) for doorkeeper in _doorkeepers.values()}
    return next((each for each in (Arrival.REFUSE, Arrival.QUEUE) if each in answers), Arrival.ASK)


def _cools_down(request: Request, person: User | None, now: datetime) -> bool:
    """Whether the person ended a request of the same requester within the last 30 days, under this or another address of theirs."""
    theirs = Q(contact=request.contact) | (Q(person=person) if person is not None else Q())
    ended = Request.objects.filter(theirs, requester=request.requester_id, state__in=_ENDED_BY_PERSON)
    return ended.filter(Q(answered_at__gt=now - COOL_DOWN) | Q(answered_at=None, answer_by__gt=now)).exists()
