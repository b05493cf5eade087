"""Asking providers what is owed to be asked, and acting on what they say.

The network is reached in no transaction. What a provider cannot say is asked again, later each time, and then left to
staff; nothing but a match ever verifies anybody.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.identity import attempts, questions, settling
from accounts.identity.claim_vault import birth_date_of, name_of, number_of, phone_of
from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import IdentityCheck, IdentityQuestion
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import (
    Answer,
    ClaimFacts,
    Finding,
    Provider,
    Trouble,
    VisitedProvider,
)
from accounts.identity.queries import document_index_of
from accounts.identity.recording import commitment_of, evidence_of
from accounts.identity.states import QuestionState
from accounts.records import log
from accounts.refusals import Refusal
from accounts.vault.sealing import Damaged, Erased

logger = logging.getLogger(__name__)

PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""How long after each vain attempt the next one follows; after the last there is none."""
CLAIMED_FOR = timedelta(minutes=2)
"""Far longer than an attempt takes."""
_IN_VAIN = {Trouble.FORGED, Trouble.OTHER_ADDRESS, Trouble.CERTIFICATE}
"""Answers of somebody who is not the provider, or whose settings are wrong: asking again would disclose again."""


def sweep(now: datetime, most: int) -> int:
    """Ask what is due, at most ``most``; count it. Visits that did not end are over, spent counters forgotten."""
    attempts.forget(now)
    late = IdentityQuestion.objects.filter(state=QuestionState.AWAY, expires_at__lte=now)
    late.update(state=QuestionState.OVER, **questions.EMPTIED)
    due = IdentityQuestion.objects.filter(state=QuestionState.WAITING, due_at__lte=now).order_by(
        "due_at", "pk"
    )
    return sum(ask(pk, now) for pk in list(due.values_list("pk", flat=True)[:most]))


def ask(pk: int, now: datetime) -> bool:
    """Ask one question that is due; False where it is not, or somebody else does it."""
    question = _claim(pk, now)
    if question is None:
        return False
    try:
        answer = _answer(question, now)
    except (Erased, Damaged) as error:
        logger.error("question %s cannot be opened: %s", question.pk, error)
        _end(question, QuestionState.OVER)
        return True
    if answer is None:
        _end(question, QuestionState.HANDED_ON if question.claim_id else QuestionState.OVER)
        return True
    _settle(question, answer, now)
    return True


def _claim(pk: int, now: datetime) -> IdentityQuestion | None:
    due = IdentityQuestion.objects.filter(pk=pk, state=QuestionState.WAITING, due_at__lte=now)
    if not due.update(due_at=now + CLAIMED_FOR, attempts=F("attempts") + 1):
        return None
    return IdentityQuestion.objects.select_related("user__person_key", "claim__user__person_key").get(pk=pk)


def _answer(question: IdentityQuestion, now: datetime) -> Answer | None:
    """What the provider says; None where the installation asks another one by now."""
    if question.claim_id:
        provider: Provider = registry.current()
        return provider.check(_facts(question), now) if provider.name == question.provider else None
    visited: VisitedProvider | None = registry.visited()
    if visited is None or visited.name != question.provider:
        return None
    code = question.session or questions.code_of(question)
    return visited.redeem(code, questions.journey_of(question), back_address(), now)


def back_address() -> str:
    """Where providers send people back to."""
    return settings.SITE_URL + reverse("identity:back")


def _facts(question: IdentityQuestion) -> ClaimFacts:
    claim = question.claim
    if claim is None:
        raise ValueError(f"expected a question about a claim, found {question.pk} about none")
    document = Document(DocumentType(claim.document_type), number_of(claim), birth_date_of(claim))
    return ClaimFacts(name_of(claim), document, phone_of(claim))


@transaction.atomic
def _settle(question: IdentityQuestion, answer: Answer, now: datetime) -> None:
    """Write down an answer and act on it, if the question still waits for this attempt."""
    answer = _unless_replayed(question, answer)
    target = _target(question, answer, now)
    changes = _changes(question, target, answer, now)
    if not _held(question).update(state=target, trouble=answer.trouble or "", **changes):
        return
    check = _note(question, answer)
    if answer.is_no:
        index = document_index_of(question.claim) if question.claim else b""
        attempts.note_no(questions.keys_of(question.user, index, bytes(question.network)), now)
    try:
        with transaction.atomic():
            _act(question, check, answer, now)
    except Refusal as refusal:  # withdrawn or decided meanwhile, or a person who may not have an account
        logger.info("question %s came to nothing: %s", question.pk, refusal.code)


def _unless_replayed(question: IdentityQuestion, answer: Answer) -> Answer:
    """No answer where it carries the number of an earlier one: who is asked about what was stated gives each its own.

    An answer to a visit is bound to it by what the visit alone knows, and may repeat the number of an earlier check.
    """
    earlier = IdentityCheck.objects.filter(provider=answer.provider, reference=answer.reference)
    if not question.claim_id or not answer.reference or not earlier.exists():
        return answer
    logger.warning("%s answered with a number that it gave before", answer.provider)
    return Answer(Finding.UNAVAILABLE, answer.provider, answer.method, answer.at, trouble=Trouble.FORGED)


def _act(question: IdentityQuestion, check: IdentityCheck, answer: Answer, now: datetime) -> None:
    if question.claim is not None:
        settling.settle(question.claim, answer, now, tries=question.attempts)
    elif answer.finding is Finding.MATCH and answer.person is not None:
        check.claim = settling.accept_named(
            user=question.user, person=answer.person, answer=answer, now=now, tries=question.attempts
        )
        check.save(update_fields=["claim"])


def _target(question: IdentityQuestion, answer: Answer, now: datetime) -> QuestionState:
    if answer.finding is not Finding.UNAVAILABLE:
        return QuestionState.ANSWERED
    may_repeat = question.attempts <= len(PAUSES) and answer.trouble not in _IN_VAIN
    if question.claim_id:
        return QuestionState.WAITING if may_repeat else QuestionState.HANDED_ON
    # A code is good once and for minutes: it is tried again only where the provider was not reached. A session stays.
    is_unused = bool(question.session) or answer.trouble is Trouble.NO_CONNECTION
    is_in_time = question.expires_at is not None and now + _pause(question) < question.expires_at
    return QuestionState.WAITING if may_repeat and is_unused and is_in_time else QuestionState.OVER


def _changes(
    question: IdentityQuestion, target: QuestionState, answer: Answer, now: datetime
) -> dict[str, Any]:
    return {"due_at": now + _pause(question)} if target is QuestionState.WAITING else questions.EMPTIED


def _pause(question: IdentityQuestion) -> timedelta:
    return PAUSES[min(question.attempts, len(PAUSES)) - 1]


def _end(question: IdentityQuestion, state: QuestionState) -> None:
    _held(question).update(state=state, **questions.EMPTIED)


def _held(question: IdentityQuestion) -> Any:
    # By the claim's end: where it ran out, somebody else asks by now.
    return IdentityQuestion.objects.filter(
        pk=question.pk, state=QuestionState.WAITING, due_at=question.due_at
    )


def _note(question: IdentityQuestion, answer: Answer) -> IdentityCheck:
    """Keep the answer, and record it; what was asked is in neither."""
    check = IdentityCheck.objects.create(
        user=question.user,
        claim=question.claim,
        provider=answer.provider,
        method=answer.method,
        finding=answer.finding,
        level=answer.level,
        trouble=answer.trouble or "",
        reference=answer.reference,
        evidence=commitment_of(answer),
        attempt=question.attempts,
        checked_at=answer.at,
    )
    body = {
        "question": str(question.reference),
        "claim": str(question.claim.reference) if question.claim else "",
        "provider": answer.provider,
        "level": int(answer.level),
        "trouble": str(answer.trouble or ""),
        **evidence_of(answer, question.attempts),
    }
    subject = f"user:{question.user.producer_id}"
    log.append(
        kind="identity.checked", subject=subject, body=body, by=None, person=question.user, now=answer.at
    )
    return check
