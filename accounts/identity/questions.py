"""Questions to providers: put in the transaction of a claim, asked later by the worker."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.db import transaction

from accounts.identity.attempts import Keys, Scope
from accounts.identity.models import IdentityClaim, IdentityQuestion
from accounts.identity.providers.protocol import Journey
from accounts.identity.states import QUESTION_OPEN, QuestionState
from accounts.vault.blind_index import blind_index
from accounts.vault.sealing import seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

ASK_TASK = "accounts.identity.tasks.ask"
VISIT = timedelta(minutes=15)
"""How long somebody may stay at a provider, and from then on how long its answer is fetched."""

EMPTIED: dict[str, Any] = {
    "sealed_journey": b"",
    "sealed_code": b"",
    "network": b"",
    "due_at": None,
}
"""What is left of a question that ended."""


def keys_of(user: User, index: bytes, network: bytes) -> Keys:
    """Under what the tries of an account, a document and a network are counted. Either may be unknown (empty)."""
    account = blind_index("identity attempts", str(user.pk))
    keys = {Scope.ACCOUNT: account, Scope.DOCUMENT: index, Scope.NETWORK: network}
    return {scope: key for scope, key in keys.items() if key}


def put(claim: IdentityClaim, network: bytes, now: datetime) -> IdentityQuestion:
    """Write down that the provider of ``claim`` has to be asked, in its transaction; the worker does it after."""
    end_all_of(claim.user)
    question = IdentityQuestion(
        user=claim.user,
        claim=claim,
        provider=claim.provider,
        state=QuestionState.WAITING,
        asked_at=now,
        due_at=now,
        network=network,
    )
    question.save(force_insert=True)
    hand_to_worker(question)
    return question


def put_visit(
    user: User,
    provider: str,
    journey: Journey,
    state: str,
    network: bytes,
    now: datetime,
    *,
    session: str = "",
) -> IdentityQuestion:
    """Write down that ``user`` is leaving for a provider; an earlier visit that did not end is over.

    ``session``: under which the provider holds what they show there. It is to be erased as soon as the question ends.
    """
    with transaction.atomic():
        end_all_of(user)
        question = IdentityQuestion(
            user=user,
            provider=provider,
            state=QuestionState.AWAY,
            state_digest=digest(state),
            asked_at=now,
            expires_at=now + VISIT,
            network=network,
            session=session,
            redact_at=now if session else None,
        )
        text = json.dumps(asdict(journey))
        question.sealed_journey = seal(user, text, context=_context("journey", question.reference))
        question.save(force_insert=True)
    return question


def bring_back(user: User, state: str, code: str, now: datetime) -> IdentityQuestion | None:
    """Take the code that a browser brought back, or that it is back, once; None for a state that is forged, used, too late or another's."""
    away = IdentityQuestion.objects.filter(
        user=user, state=QuestionState.AWAY, state_digest=digest(state), expires_at__gt=now
    )
    question = away.first()
    if question is None:
        return None
    sealed = seal(user, code, context=_context("code", question.reference)) if code else b""
    with transaction.atomic():
        brought = {"sealed_code": sealed, "due_at": now, "expires_at": now + VISIT}
        if not away.update(state=QuestionState.WAITING, **brought):
            return None
        hand_to_worker(question)
    question.refresh_from_db()
    return question


def give_up(user: User, state: str) -> bool:
    """End a visit from which the person came back without a code. False for a state that is not theirs."""
    away = IdentityQuestion.objects.filter(user=user, state=QuestionState.AWAY, state_digest=digest(state))
    return bool(away.update(state=QuestionState.OVER, **EMPTIED))


def end_all_of(user: User) -> None:
    """End whatever is asked about ``user`` and empty it."""
    IdentityQuestion.objects.filter(user=user, state__in=QUESTION_OPEN).update(
        state=QuestionState.OVER, **EMPTIED
    )


def code_of(question: IdentityQuestion) -> str:
    """The code that the browser brought back, in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return _opened(question, "code", question.sealed_code)


def journey_of(question: IdentityQuestion) -> Journey:
    """What the visit is bound to. Raises as :func:`code_of` does."""
    return Journey(**json.loads(_opened(question, "journey", question.sealed_journey)))


def digest(state: str) -> bytes:
    """SHA-256 of what went to the provider with the browser, 32 bytes."""
    return hashlib.sha256(state.encode()).digest()


def hand_to_worker(question: IdentityQuestion) -> None:
    """Have the worker ask as soon as the transaction is through."""
    pk = question.pk
    transaction.on_commit(lambda: current_app.send_task(ASK_TASK, [pk]), robust=True)


def _opened(question: IdentityQuestion, what: str, sealed: bytes | memoryview) -> str:
    if not sealed:
        return ""
    return unseal(question.user, sealed, context=_context(what, question.reference)).decode()


def _context(what: str, reference: UUID) -> str:
    return f"identity.question.{what}:{reference}"
