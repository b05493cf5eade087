"""What records say of real names: never the name, and of the number what its mask shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.identity import wording
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.protocol import Answer
from accounts.identity.references import commitment_to
from accounts.records import log

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def record(
    kind: str,
    claim: IdentityClaim,
    masked: str,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    answer: Answer | None = None,
    tries: int = 1,
) -> None:
    """Record what became of ``claim``, sealed for its person, in the transaction of the caller.

    ``masked``: its number as it may be shown. ``answer``: what an outside provider said, at which of ``tries``.
    """
    body: dict[str, JSON] = {
        "claim": str(claim.reference),
        "document": str(claim.document_type),
        "number": masked,
        "provider": claim.provider,
        "level": int(claim.level),
        "statement": wording.statement(claim.level),
        "commitment": commitment_to(claim),
        "attempt": IdentityClaim.objects.filter(user=claim.user_id, pk__lte=claim.pk).count(),
    }
    if claim.method:
        body["method"] = claim.method
    if reason:
        body["reason"] = reason
    if answer is not None and answer.evidence is not None:
        body |= evidence_of(answer, tries)
    log.append(
        kind=kind, subject=f"user:{claim.user.producer_id}", body=body, by=by, person=claim.user, now=now
    )


def evidence_of(answer: Answer, tries: int) -> dict[str, JSON]:
    """What the record of an outside answer holds; with the salt whoever has that answer can prove that it was this one."""
    evidence = answer.evidence
    return {
        "method": answer.method,
        "finding": str(answer.finding),
        "reference": answer.reference,
        "evidence": evidence.commitment.hex() if evidence else "",
        "salt": evidence.salt.hex() if evidence else "",
        "tries": tries,
    }


def commitment_of(answer: Answer) -> bytes:
    """The commitment to what a provider answered, 32 bytes; empty where nothing outside answered."""
    return answer.evidence.commitment if answer.evidence else b""
