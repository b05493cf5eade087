"""Comparing verified names with the log: who is called more than a record says was made so by hand."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.records.canonical import JSON, NotCanonical
from accounts.records.deep import Mismatch, body_of
from accounts.records.models import Record
from accounts.vault.sealing import Damaged, Erased

VERIFIED = "identity.verified"


def mismatches() -> Iterator[Mismatch]:
    """Verified claims whose provider or level is not what their record says, or that no record tells of."""
    claims = IdentityClaim.objects.filter(state=ClaimState.VERIFIED).select_related("user")
    for claim in claims.order_by("pk").iterator():
        recorded = _recorded(claim)
        if recorded is None and _is_emptied(claim):
            continue  # told once, and its time was over
        if recorded is None:
            yield _mismatch(claim, "identity_without_record", "no record tells that it was accepted")
        elif recorded != {"provider": claim.provider, "level": int(claim.level)}:
            yield _mismatch(claim, "identity_level", "its provider or level is not what its record says")


def _recorded(claim: IdentityClaim) -> dict[str, JSON] | None:
    """Provider and level of ``claim`` as they were recorded when it was accepted."""
    for record in _told_of(claim).select_related("body__person_key__user").order_by("-sequence"):
        body = _opened(record)
        if body.get("claim") == str(claim.reference):
            return {"provider": body.get("provider"), "level": body.get("level")}
    return None


def _is_emptied(claim: IdentityClaim) -> bool:
    """Whether the body of a record that may be the one was emptied by retention."""
    return _told_of(claim).filter(shredded__isnull=False).exists()


def _told_of(claim: IdentityClaim) -> QuerySet[Record]:
    return Record.objects.filter(kind=VERIFIED, subject=f"user:{claim.user.producer_id}")


def _opened(record: Record) -> dict[str, JSON]:
    try:
        body = body_of(record)
    except (Erased, Damaged, NotCanonical):  # what is wrong with a record itself others find
        return {}
    return dict(body) if isinstance(body, dict) else {}


def _mismatch(claim: IdentityClaim, code: str, what: str) -> Mismatch:
    return Mismatch(
        f"user:{claim.user.producer_id}", code, f"The accepted real name of {claim.user.producer_id}: {what}."
    )
