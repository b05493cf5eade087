"""Agreeing to a request, or to less: first the person is asked, with the text in front of them, then they sign or type that they agree."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.identity.ages import years_of
from accounts.identity.levels import Level
from accounts.identity.naming import bears_name
from accounts.identity.queries import level_of
from accounts.records.canonical import canonical
from accounts.refusals import Refusal
from consent import clock
from consent.answers import refusals, text
from consent.answers.models import Question
from consent.answers.narrowing import widened
from consent.answers.proofs import needed_proof
from consent.answers.proving import Given, proof_needed, proved, scope_in, use_up
from consent.answers.proving import facts as facts_of
from consent.answers.queries import WAITING, locked_request
from consent.answers.signing import has_passkey
from consent.answers.telling import tell_requester
from consent.answers.ticks import Tick, ticks_for
from consent.contacts.services import holds
from consent.grants.bounds import unsaid
from consent.grants.models import Grant
from consent.grants.services import give
from consent.history.services import note
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.offers import Offer, offer_columns
from consent.requests.states import RequestState
from consent.scope import Proof, Scope
from consent.scope.documents import read_scope, write_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

VALID_FOR = timedelta(minutes=5)
"""How long a person has to sign what is in front of them, and how fresh their sign-in must be."""
NONCE_BYTES = 32
LOWEST_LEVEL = Level.OPERATOR_CHECKED
"""Who agrees must have been checked by somebody."""
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

    Refused with ``request_over``, ``request_changed``, ``identity_required``, ``not_the_person``, ``offer_wider``, ``offer_unchanged``,
    ``tick_missing``, ``signature_needed`` and ``spoken_proof_needed``.
    """
    now = clock.now(now)
    with _recorded(request, by, now):
        _identify(request, by, now)
        with transaction.atomic():
            held = _held(request, seen, now)
            _confirm(held, by, now)
            scope = _scope_of(held, offer)
            _require(scope, by, ticks, now)
            return _question(held, by, scope, locale, is_counter=offer is not None, now=now)


def grant(request: Request, *, by: User, nonce: bytes, given: Given, now: datetime | None = None) -> Grant:
    """Grant what was asked, as the question of ``nonce`` showed it. Whoever holds the nonce can do so once.

    Refused with ``question_gone``, ``signature_invalid``, ``sentence_missing``, ``reauthentication_required``, ``signature_needed``, and as
    :func:`ask` and :func:`consent.grants.services.give` refuse.
    """
    wall, now = _times(now)
    with _recorded(request, by, now):
        _identify(request, by, now)
        with transaction.atomic():
            held, question, proof, facts = _agreed(request, by, nonce, given, now, wall, is_counter=False)
            made = give(
                person=by,
                grantee=held.requester,
                scope=scope_in(question),
                proof=proof,
                facts=facts,
                request=held,
                now=now,
            )
            move(held, RequestState.GRANTED, by=by, now=now, answered_at=now)
            tell_requester(held, now=now)
    return made


def narrow(request: Request, *, by: User, nonce: bytes, given: Given, now: datetime | None = None) -> Request:
    """Offer what the question of ``nonce`` showed, less than was asked; the requester takes it or not. Refused as :func:`grant` is."""
    wall, now = _times(now)
    with _recorded(request, by, now):
        _identify(request, by, now)
        with transaction.atomic():
            held, question, proof, facts = _agreed(request, by, nonce, given, now, wall, is_counter=True)
            columns = offer_columns(held, by, Offer(scope_in(question), proof, facts))
            move(held, RequestState.COUNTERED, by=by, now=now, answered_at=now, **columns)
            tell_requester(held, now=now)
    return held


def _times(now: datetime | None) -> tuple[datetime, datetime]:
    """The time on the clock, by which sign-ins are dated, and the time that counts."""
    wall = now or timezone.now()
    return wall, clock.now(wall)


@contextmanager
def _recorded(request: Request, by: User, now: datetime) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.code in RECORDED:
            with transaction.atomic():
                note(request.answer_subject, f"refused_{refusal.code}", by=by, person=by, now=now)
        raise


def _identify(request: Request, by: User, now: datetime) -> None:
    """Require that ``by`` holds the address that is asked, and bears the name that is. The requester never does."""
    if request.requester_id == by.pk or not holds(by, request.contact):
        raise refusals.not_theirs()
    if level_of(by) < LOWEST_LEVEL:
        raise refusals.name_unchecked()
    if not bears_name(by, name_of(request), now=now):
        raise refusals.not_theirs()


def _held(request: Request, seen: Seen, now: datetime) -> Request:
    """The request, locked, while it waits and says what the person saw."""
    held = locked_request(request.pk)
    found = (held.version, held.scope_sha256)
    if held.state == RequestState.SUPERSEDED or found != (seen.version, seen.scope_sha256):
        raise refusals.Stale()
    if RequestState(held.state) not in WAITING or now >= held.answer_by:
        raise refusals.over()
    return held


def _confirm(held: Request, by: User, now: datetime) -> None:
    """Bind the request to the account that proved to be the one asked; no other can take its place."""
    if held.person_id not in (None, by.pk):
        raise refusals.not_theirs()
    if held.state == RequestState.SENT:
        move(held, RequestState.VIEWED, by=by, now=now, viewed_at=now)
    if held.state != RequestState.CONFIRMED:
        move(held, RequestState.CONFIRMED, by=by, now=now, person=by)


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


def _require(scope: Scope, by: User, ticks: Collection[Tick], now: datetime) -> None:
    if not set(ticks_for(scope)) <= set(ticks):
        raise refusals.tick_missing()
    needed = needed_proof(scope, years=years_of(by, now))
    if needed is Proof.SPOKEN or (needed is Proof.SIGNED and not has_passkey(by)):
        raise refusals.too_weak(needed)


def _question(
    held: Request, by: User, scope: Scope, locale: str, *, is_counter: bool, now: datetime
) -> Question:
    document, level = canonical(write_scope(scope)), level_of(held.requester)
    return Question.objects.create(
        nonce=secrets.token_bytes(NONCE_BYTES),
        request=held,
        person=by,
        version=held.version,
        is_counter=is_counter,
        asked_sha256=held.scope_sha256,
        scope=document.decode(),
        scope_sha256=text.digest(document.decode()),
        locale=locale,
        template=text.TEMPLATE,
        text=text.render(scope, locale=locale, level=level),
        texts_sha256=text.digests(scope, level=level),
        made_at=now,
        ends_at=now + VALID_FOR,
    )


def _agreed(
    request: Request,
    by: User,
    nonce: bytes,
    given: Given,
    now: datetime,
    wall: datetime,
    *,
    is_counter: bool,
) -> tuple[Request, Question, Proof, Mapping[str, JSON]]:
    """Take the question of ``nonce`` out of use, and return what proves that the person agreed to it."""
    question = Question.objects.filter(nonce=nonce, request=request, person=by, is_counter=is_counter).first()
    if question is None:
        raise refusals.question_gone()
    held = _held(request, Seen(question.version, question.asked_sha256), now)
    if held.person_id != by.pk:
        raise refusals.not_theirs()
    use_up(question, now)
    proof, done = proved(question, by, given, wall)
    needed = proof_needed(question, by)
    if proof.rank < needed.rank:
        raise refusals.too_weak(needed)
    return held, question, proof, {**facts_of(question, by), **done}
