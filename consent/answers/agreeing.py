"""Agreeing to a request, or to less: first the person is asked, with the text in front of them, then they sign or type that they agree."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.identity.ages import band_of
from accounts.identity.queries import level_of
from accounts.records.canonical import canonical
from accounts.refusals import Refusal
from consent import clock
from consent.answers import refusals, text
from consent.answers.acting import Acting, acting_on
from consent.answers.giving import give_as_asked, offer_instead
from consent.answers.models import Question
from consent.answers.narrowing import widened
from consent.answers.proofs import needed_proof
from consent.answers.proving import Given, acting_in, proof_needed, proved, scope_in, use_up
from consent.answers.proving import facts as facts_of
from consent.answers.queries import WAITING, locked_request
from consent.answers.signing import has_passkey
from consent.answers.spoken import ask_to_say
from consent.answers.ticks import Tick, ticks_for
from consent.grants.bounds import unsaid
from consent.grants.models import Grant
from consent.history.services import note
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import Offer
from consent.requests.states import RequestState
from consent.scope import Proof, Scope
from consent.scope.documents import read_scope, write_scope
from consent.statements.models import Statement

if TYPE_CHECKING:
    from accounts.users.models import User

VALID_FOR = timedelta(minutes=5)
"""How long a person has to sign what is in front of them, and how fresh their sign-in must be."""
NONCE_BYTES = 32
RECORDED = frozenset({"signature_invalid", "question_gone", "not_the_person", "request_changed"})
"""Refusals that may be somebody's attempt: each is a line of the record."""


@dataclass(frozen=True)
class Seen:
    """What the page that was answered showed: the request's version, and the digest of its scope."""

    version: int
    scope_sha256: str


def ask(
    request: Request,
    *,
    by: User,
    seen: Seen,
    ticks: Collection[Tick],
    locale: str,
    offer: Scope | None = None,
    now: datetime | None = None,
) -> Question:
    """Put the exact text of ``request``, or of the narrower ``offer``, in front of the person. Nothing is agreed to yet.

    Refused with ``request_over``, ``request_changed``, ``offer_wider``, ``offer_unchanged``,
    ``tick_missing``, ``signature_needed``, and as :func:`consent.answers.acting.acting_on` refuses.
    """
    now = clock.now(now)
    with recorded(request, by, now):
        acting = acting_on(request, by, now)
        with transaction.atomic():
            held = _held(request, seen, now)
            _confirm(held, acting, now)
            scope = _scope_of(held, offer)
            _require(scope, acting, ticks, now)
            return _question(held, acting, scope, locale, is_counter=offer is not None, now=now)


def grant(
    request: Request, *, by: User, nonce: bytes, given: Given, now: datetime | None = None
) -> Grant | Statement:
    """Grant what was asked, as the question of ``nonce`` showed it. Whoever holds the nonce can do so once.

    What needs a spoken statement is not granted yet: the statement that ``by`` is asked for is returned.

    Refused with ``question_gone``, ``signature_invalid``, ``sentence_missing``, ``reauthentication_required``, ``signature_needed``, and as
    :func:`ask` and :func:`consent.grants.services.give` refuse.
    """
    wall, now = times(now)
    with recorded(request, by, now):
        acting = acting_on(request, by, now)
        with transaction.atomic():
            held, question, said = _agreed(request, acting, nonce, given, now, wall, is_counter=False)
            if proof_needed(question) is Proof.SPOKEN:
                return ask_to_say(held, question, said.facts, now=wall)
            return give_as_asked(held, acting, said, now=now)


def narrow(
    request: Request, *, by: User, nonce: bytes, given: Given, now: datetime | None = None
) -> Request | Statement:
    """Offer what the question of ``nonce`` showed, less than was asked; the requester takes it or not. As :func:`grant` otherwise."""
    wall, now = times(now)
    with recorded(request, by, now):
        acting = acting_on(request, by, now)
        with transaction.atomic():
            held, question, said = _agreed(request, acting, nonce, given, now, wall, is_counter=True)
            if proof_needed(question) is Proof.SPOKEN:
                return ask_to_say(held, question, said.facts, now=wall)
            return offer_instead(held, acting, said, now=now)


def times(now: datetime | None) -> tuple[datetime, datetime]:
    """The time on the clock, by which sign-ins are dated, and the time that counts."""
    wall = now or timezone.now()
    return wall, clock.now(wall)


@contextmanager
def recorded(request: Request, by: User, now: datetime) -> Iterator[None]:
    """Write down those refusals in it that may be somebody's attempt."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code in RECORDED:
            with transaction.atomic():
                note(request.answer_subject, f"refused_{refusal.code}", by=by, person=by, now=now)
        raise


def _held(request: Request, seen: Seen, now: datetime) -> Request:
    """The request, locked, while it waits and says what the person saw."""
    held = locked_request(request.pk)
    found = (held.version, held.scope_sha256)
    if held.state == RequestState.SUPERSEDED or found != (seen.version, seen.scope_sha256):
        raise refusals.Stale()
    if RequestState(held.state) not in WAITING or now >= held.answer_by:
        raise refusals.over()
    return held


def _confirm(held: Request, acting: Acting, now: datetime) -> None:
    """Bind the request to the person who proved to be the one asked; no other can take their place."""
    by = acting.by
    if held.person_id not in (None, acting.person.pk):
        raise refusals.not_theirs()
    if held.state == RequestState.SENT:
        move(held, RequestState.VIEWED, by=by, now=now, viewed_at=now)
    if held.state != RequestState.CONFIRMED:
        move(held, RequestState.CONFIRMED, by=by, now=now, person=acting.person)


def _scope_of(held: Request, offer: Scope | None) -> Scope:
    asked = read_scope(held.scope)
    if offer is None:
        return asked
    if beyond := widened(offer, asked):
        raise refusals.wider(beyond)
    if offer == asked:
        raise refusals.unchanged()
    if unsaid(offer):
        raise refusals.incomplete()
    return offer


def _require(scope: Scope, acting: Acting, ticks: Collection[Tick], now: datetime) -> None:
    if not set(ticks_for(scope)) <= set(ticks):
        raise refusals.tick_missing()
    needed = needed_proof(scope, years=band_of(acting.person, now))
    if needed.rank >= Proof.SIGNED.rank and not has_passkey(acting.by):
        raise refusals.too_weak(needed)


def _question(
    held: Request, acting: Acting, scope: Scope, locale: str, *, is_counter: bool, now: datetime
) -> Question:
    document, level = canonical(write_scope(scope)), level_of(held.requester)
    ward = acting.person.producer_id if acting.guardian else ""
    return Question.objects.create(
        nonce=secrets.token_bytes(NONCE_BYTES),
        request=held,
        person=acting.by,
        ward=acting.person if acting.guardian else None,
        version=held.version,
        is_counter=is_counter,
        asked_sha256=held.scope_sha256,
        scope=document.decode(),
        scope_sha256=text.digest(document.decode()),
        locale=locale,
        template=text.TEMPLATE,
        text=text.render(scope, locale=locale, level=level, ward=ward),
        texts_sha256=text.digests(scope, level=level, ward=ward),
        made_at=now,
        ends_at=now + VALID_FOR,
    )


def _agreed(
    request: Request,
    acting: Acting,
    nonce: bytes,
    given: Given,
    now: datetime,
    wall: datetime,
    *,
    is_counter: bool,
) -> tuple[Request, Question, Offer]:
    """Take the question of ``nonce`` out of use, and return what proves that it was agreed to."""
    question = Question.objects.filter(
        nonce=nonce, request=request, person=acting.by, is_counter=is_counter, template=text.TEMPLATE
    ).first()
    if question is None:
        raise refusals.question_gone()
    held = _held(request, Seen(question.version, question.asked_sha256), now)
    if acting_in(question) != acting or held.person_id != acting.person.pk:
        raise refusals.not_theirs()
    use_up(question, now)
    proof, done = proved(question, acting.by, given, wall)
    needed = proof_needed(question)
    if proof.rank < min(needed.rank, Proof.SIGNED.rank):
        raise refusals.too_weak(needed)
    return held, question, Offer(scope_in(question), proof, {**facts_of(question), **done})
