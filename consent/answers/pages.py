"""What the pages of a request show. Neither the name that is asked for nor the requester's is ever among it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.identity.ages import years_of
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from consent.answers.agreeing import LOWEST_LEVEL
from consent.answers.forms import Act, TicksForm
from consent.answers.pictures import has_picture
from consent.answers.proofs import needed_proof
from consent.answers.queries import is_waiting, successor_of
from consent.answers.signing import has_passkey
from consent.answers.text import clauses
from consent.answers.ticks import ticks_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import Proof
from consent.scope.documents import read_scope
from consent.wording import CLAUSES

if TYPE_CHECKING:
    from accounts.users.models import User

ADULT = 18


def described(request: Request, now: datetime) -> dict[str, Any]:
    """What anybody who may see the request sees: who asks, as a number and a level, and every clause."""
    scope = read_scope(request.scope)
    return {
        "asked": request,
        "asker": request.requester.producer_id,
        "asker_level": describe(level_of(request.requester)),
        "clauses": [(CLAUSES[code], sentence) for code, sentence in clauses(scope)],
        "has_picture": has_picture(request.subject),
        "is_waiting": is_waiting(request, now),
        "is_offered": request.state == RequestState.COUNTERED and now < request.answer_by,
        "is_looked_at": request.state != RequestState.SENT,
        "acts": Act,
    }


def described_to(person: User, request: Request, now: datetime) -> dict[str, Any]:
    """The same for the account that is asked, with what it takes to agree."""
    scope = read_scope(request.scope)
    years = years_of(person, now)
    needed = needed_proof(scope, years=years)
    ticks = ticks_for(scope)
    seen = {"version": request.version, "scope_sha256": request.scope_sha256}
    return {
        **described(request, now),
        "successor": successor_of(request),
        "is_checked": level_of(person) >= LOWEST_LEVEL,
        "needs_guardian": years is None or years < ADULT,
        "needs_spoken": needed is Proof.SPOKEN,
        "needs_passkey": needed is Proof.SIGNED and not has_passkey(person),
        "offer": clauses(read_scope(request.counter_scope)) if request.counter_scope else None,
        "form": TicksForm(initial=seen, ticks=ticks),
    }
