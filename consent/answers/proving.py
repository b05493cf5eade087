"""What proves that a person agreed to a question: a passkey's signature, or a typed sentence and a fresh sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext

from accounts.identity.ages import band_of
from accounts.identity.queries import level_of
from accounts.records.canonical import parse
from consent.answers import refusals
from consent.answers.acting import Acting
from consent.answers.evidence import challenge
from consent.answers.models import Question
from consent.answers.proofs import needed_proof
from consent.answers.signing import Site, passkey_facts
from consent.scope import Proof, Scope
from consent.scope.documents import read_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

FRESH_FOR = timedelta(minutes=5)
"""How old a sign-in may be."""


@dataclass(frozen=True)
class Given:
    """What the person did: an assertion of a passkey, JSON as browsers write it, or else a typed sentence; and when they signed in."""

    reauthenticated_at: datetime | None
    site: Site
    assertion: str = ""
    typed: str = ""


def challenge_of(question: Question) -> bytes:
    """What a passkey signs in order to agree to ``question``."""
    text_sha256 = question.texts_sha256[question.locale]
    return challenge(nonce=bytes(question.nonce), text_sha256=text_sha256, scope_sha256=question.scope_sha256)


def acting_in(question: Question) -> Acting:
    """Who signs ``question``, and for whom."""
    return Acting(question.person, question.ward or question.person)


def proof_needed(question: Question) -> Proof:
    """How surely ``question`` must be answered."""
    return needed_proof(scope_in(question), years=band_of(acting_in(question).person, question.made_at))


def sentence_to_type(locale: str) -> str:
    """What a person without a passkey types."""
    with translation.override(locale):
        return gettext("I agree")


def use_up(question: Question, now: datetime) -> None:
    """Take ``question`` out of use by one conditional UPDATE. Refused with ``question_gone`` where it was used, or ran out."""
    unused = Question.objects.filter(pk=question.pk, used_at__isnull=True, made_at__lte=now, ends_at__gt=now)
    if not unused.update(used_at=now):
        raise refusals.question_gone()


def proved(question: Question, by: User, given: Given, wall: datetime) -> tuple[Proof, dict[str, JSON]]:
    """Return how surely ``by`` agreed to ``question``, and the facts that show it. ``wall``: the time on the clock.

    Refused with ``reauthentication_required``, ``signature_invalid`` and ``sentence_missing``.
    """
    at = given.reauthenticated_at
    if at is None or not at <= wall <= at + FRESH_FOR:
        raise refusals.sign_in_again()
    signed_in: dict[str, JSON] = {"reauthenticated_at": at.isoformat()}
    if given.assertion:
        signed = passkey_facts(by, challenge_of(question), given.assertion, given.site)
        return Proof.SIGNED, {**signed_in, "passkey": signed}
    expected = sentence_to_type(question.locale)
    if given.typed.strip().rstrip(".。").casefold() != expected.casefold():
        raise refusals.not_typed(expected)
    return Proof.IDENTITY, {**signed_in, "typed": given.typed.strip()}


def facts(question: Question) -> dict[str, JSON]:
    """What :mod:`consent.answers.evidence` describes, without what the person did."""
    acting = acting_in(question)
    for_child: dict[str, JSON] = {"guardian": acting.by.producer_id, "child": acting.person.producer_id}
    return {
        "text": question.text,
        "locale": question.locale,
        "template": question.template,
        "text_sha256": question.texts_sha256[question.locale],
        "texts_sha256": question.texts_sha256,
        "scope": question.scope,
        "scope_sha256": question.scope_sha256,
        "nonce": bytes(question.nonce).hex(),
        "level": int(level_of(acting.by)),
        **(for_child if acting.guardian else {}),
    }


def scope_in(question: Question) -> Scope:
    """The scope that ``question`` is about."""
    document = parse(question.scope.encode())
    return read_scope(document if isinstance(document, Mapping) else {})
