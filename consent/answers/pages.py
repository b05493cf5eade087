"""What the pages of a request show. Neither the name that is asked for nor the requester's is ever among it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.guardians.queries import confirmed_wards_of
from accounts.identity.ages import band_of
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from consent.answers.acting import LOWEST_LEVEL
from consent.answers.forms import Act, TicksForm
from consent.answers.pictures import has_picture
from consent.answers.proofs import needed_proof
from consent.answers.queries import WAITING, grant_of, is_waiting, successor_of
from consent.answers.signing import has_passkey
from consent.answers.text import clauses
from consent.answers.ticks import ticks_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import GUARDIAN_AGE, Proof, Scope
from consent.scope.documents import read_scope
from consent.statements.queries import open_statement_about
from consent.wording import CLAUSES

if TYPE_CHECKING:
    from accounts.users.models import User


_PICTURED = WAITING | {RequestState.COUNTERED, RequestState.GRANTED}


def described(request: Request, now: datetime) -> dict[str, Any]:
    """What anybody who may see the request sees: who asks, as a number and a level, and every clause."""
    scope = read_scope(request.scope)
    return {
        "asked": request,
        "asker": request.requester.producer_id,
        "asker_level": describe(level_of(request.requester)),
        "clauses": [(CLAUSES[code], sentence) for code, sentence in clauses(scope)],
        "has_picture": shows_picture(request) and has_picture(request.subject),
        "is_waiting": is_waiting(request, now),
        "is_offered": request.state == RequestState.COUNTERED and now < request.answer_by,
        "is_looked_at": request.state != RequestState.SENT,
        "acts": Act,
    }


def shows_picture(request: Request) -> bool:
    """Whether what is asked for is shown: to nobody who said that it is not them, or no."""
    return RequestState(request.state) in _PICTURED


def described_to(user: User, request: Request, now: datetime) -> dict[str, Any]:
    """The same for the account that is asked, with what it takes to agree."""
    scope = read_scope(request.scope)
    ticks = ticks_for(scope)
    seen = {"version": request.version, "scope_sha256": request.scope_sha256}
    return {
        **described(request, now),
        **_needed(user, request, scope, now),
        "successor": successor_of(request),
        "grant": grant_of(user, request),
        "statement": open_statement_about(request.pk, now),
        "offer": clauses(read_scope(request.counter_scope)) if request.counter_scope else None,
        "form": TicksForm(initial=seen, ticks=ticks),
    }


def _needed(user: User, request: Request, scope: Scope, now: datetime) -> dict[str, bool]:
    """What it takes to agree. For whom ``user`` acts is only known once they asked to sign: looking compares no names."""
    person = request.person or user
    years = band_of(person, now)
    is_child = years is not None and years < GUARDIAN_AGE
    needed = needed_proof(scope, years=years)
    return {
        "is_checked": level_of(user) >= LOWEST_LEVEL,
        "is_age_unknown": years is None,
        "needs_guardian": is_child and person == user,
        "needs_spoken": needed is Proof.SPOKEN,
        "needs_passkey": needed.rank >= Proof.SIGNED.rank and not has_passkey(user),
        "has_wards": person == user and bool(confirmed_wards_of(user)),
    }
