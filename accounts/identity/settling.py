"""Acting on what providers say. Nothing but a match ever verifies anybody."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.identity import queries
from accounts.identity.claim_vault import EMPTIED, masked_number_of, move_to_vault
from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.moving import create, decided, move
from accounts.identity.providers.protocol import Answer, Finding, Person
from accounts.identity.recording import commitment_of, record
from accounts.identity.stated import checked_name, refuse_child
from accounts.identity.states import ClaimState
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

logger = logging.getLogger(__name__)

# What the claimant reads and the record holds when no person wrote the reason.
_REASONS = {
    Finding.MISMATCH: gettext_noop("The provider found that name and document do not belong together."),
    Finding.NO_RECORD: gettext_noop("The provider knows no such document."),
    Finding.INVALID_INPUT: gettext_noop(
        "The provider could not read what was stated: look for a slip in name and number."
    ),
}


def settle(claim: IdentityClaim, answer: Answer, now: datetime, *, tries: int = 1) -> None:
    """Act on what a provider found, in a transaction of the caller. No answer changes nothing: staff decides.

    Nor does a match that is worth less than what the person is verified by now: no name is exchanged for a less checked one.
    Nor one of a document that another account holds, nor one while the vault is away. Refused with ``claim_decided``.
    """
    if answer.finding is Finding.MATCH and answer.level >= queries.level_of(claim.user):
        _verify(claim, answer, now, tries)
    elif answer.is_no:
        _turn_down(claim, answer, now, tries)


def accept_named(
    *, user: User, person: Person, answer: Answer, now: datetime, tries: int = 1
) -> IdentityClaim:
    """Store and verify a claim of ``user`` from what a provider that they went to says of its own accord.

    Where another account came by the same person before, it waits for staff, and the answer does not say why. Refused with
    ``claim_open`` and with the codes of :class:`~accounts.identity.documents.DocumentInvalid` for a name that cannot be one
    and for a person under fourteen.
    """
    name = checked_name(person.name) if person.name else ""
    refuse_child(person.birth_date, now)
    document = Document(DocumentType.PROVIDER_ACCOUNT, person.subject, person.birth_date)
    with transaction.atomic():
        claim = create(user, name, document, now, provider=answer.provider)
        record("identity.submitted", claim, masked_number_of(claim), by=user, now=now)
        settle(claim, answer, now, tries=tries)
    return claim


def _verify(claim: IdentityClaim, answer: Answer, now: datetime, tries: int) -> None:
    _require_pending(claim)
    if queries.is_document_taken(claim):
        return
    try:
        # Into the vault first: what is deposited and not committed is swept, what is committed is there.
        moved = move_to_vault(claim, now)
    except Refusal as refusal:
        logger.warning("Claim %s stays waiting: %s.", claim.reference, refusal.code)
        return
    decision = {"level": answer.level, "method": answer.method, "evidence": commitment_of(answer)}
    if move(claim, ClaimState.PENDING, ClaimState.VERIFIED, now, **decision, **moved):
        masked = masked_number_of(claim)
        record("identity.verified", claim, masked, by=None, now=now, answer=answer, tries=tries)


def _turn_down(claim: IdentityClaim, answer: Answer, now: datetime, tries: int) -> None:
    masked, reason = masked_number_of(claim), _REASONS[answer.finding]
    move(claim, ClaimState.PENDING, ClaimState.REJECTED, now, reason=reason, **EMPTIED)
    record("identity.rejected", claim, masked, by=None, now=now, reason=reason, answer=answer, tries=tries)


def _require_pending(claim: IdentityClaim) -> None:
    """Only of a claim that still waits anything is here to be moved."""
    claim.refresh_from_db()
    if claim.state != ClaimState.PENDING:
        raise decided()
