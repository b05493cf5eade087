"""What has to be said aloud before it counts: asked for once it is signed, given once somebody heard it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.records.canonical import parse
from consent import clock
from consent.answers import refusals
from consent.answers.acting import Acting
from consent.answers.giving import give_as_asked, offer_instead
from consent.answers.proving import acting_in
from consent.answers.queries import locked_request
from consent.requests.models import Request
from consent.requests.offers import Offer
from consent.requests.states import RequestState
from consent.scope import Proof
from consent.scope.documents import read_scope
from consent.statements.models import Statement
from consent.statements.services import ask_for

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from consent.answers.models import Question


def ask_to_say(held: Request, question: Question, facts: Mapping[str, JSON], *, now: datetime) -> Statement:
    """Ask who signed ``question`` to say so, too; the request stays confirmed. Call it in a transaction. ``now``: the time on the clock."""
    acting = acting_in(question)
    return ask_for(
        request=held,
        person=acting.person,
        speaker=acting.by,
        scope=question.scope,
        facts=facts,
        locale=question.locale,
        is_counter=question.is_counter,
        now=now,
    )


def on_statement_accepted(
    *, statement: Statement, facts: Mapping[str, JSON], now: datetime, **kwargs: Any
) -> None:
    """Give, or offer, what was signed and said, in the transaction of the acceptance.

    The scope is the one that was sealed with the signature. Refused with ``request_over`` where the request does not wait for it any
    more, and as :func:`consent.grants.services.give` refuses; then the statement is not accepted.
    """
    now = clock.now(now)
    held = locked_request(statement.request_id)
    is_open = held.state == RequestState.CONFIRMED and now < held.answer_by
    if not is_open or held.person_id != statement.person_id:
        raise refusals.moved_on()
    act = offer_instead if statement.is_counter else give_as_asked
    act(held, Acting(statement.speaker, statement.person), _said(facts), now=now)


def _said(facts: Mapping[str, JSON]) -> Offer:
    document = parse(str(facts["scope"]).encode())
    return Offer(read_scope(document if isinstance(document, Mapping) else {}), Proof.SPOKEN, facts)
