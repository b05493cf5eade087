"""What becomes of an agreement once it is proved: the grant that was asked for, or an offer of less."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from consent.answers.telling import tell_requester
from consent.grants.models import Grant
from consent.grants.services import give
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import Offer, offer_columns
from consent.requests.states import RequestState

if TYPE_CHECKING:
    from consent.answers.acting import Acting


def give_as_asked(held: Request, acting: Acting, said: Offer, *, now: datetime) -> Grant:
    """Give what ``held``, a locked request, asks for. Call it in a transaction."""
    made = give(
        person=acting.person,
        grantee=held.requester,
        guardian=acting.guardian,
        scope=said.scope,
        proof=said.proof,
        facts=said.facts,
        request=held,
        now=now,
    )
    move(held, RequestState.GRANTED, by=acting.by, now=now, answered_at=now)
    tell_requester(held, now=now)
    return made


def offer_instead(held: Request, acting: Acting, said: Offer, *, now: datetime) -> Request:
    """Offer ``said`` in place of what ``held``, a locked request, asks for. Call it in a transaction."""
    columns = offer_columns(held, acting.person, said)
    move(held, RequestState.COUNTERED, by=acting.by, now=now, answered_at=now, **columns)
    tell_requester(held, now=now)
    return held
