"""The rows of claims: how one is made, and how one moves from state to state. The constraints decide between two at once."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.identity import indexes, queries, questions
from accounts.identity.claim_vault import masked_number_of, move_to_vault, sealed_fields
from accounts.identity.documents import Document
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.recording import record
from accounts.identity.states import ClaimState
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

_REPLACED = gettext_noop("A newer claim took its place.")


def create(
    user: User,
    name: str,
    document: Document,
    now: datetime,
    *,
    phone: str = "",
    is_renewal: bool = False,
    **fields: Any,
) -> IdentityClaim:
    """Insert a claim; one that is verified goes into the vault at once. Without a ``name`` nothing is kept but the index.

    Refused with ``claim_open``, ``document_taken`` and ``vault_unavailable``.
    """
    held = queries.open_claim_of(user)
    if held is not None and not (is_renewal and held.state == ClaimState.VERIFIED):
        raise _claim_open(user)
    reference = uuid4()
    claim = IdentityClaim(
        reference=reference,
        user=user,
        document_type=document.type,
        submitted_at=now,
        **sealed_fields(user, reference, name, document, phone),
        **fields,
    )
    if claim.state == ClaimState.VERIFIED:
        for column, value in move_to_vault(claim, now).items():
            setattr(claim, column, value)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
            indexes.write(claim, indexes.values_of(name, document, phone))
    except IntegrityError as error:
        raise (_claim_open(user) if queries.open_claim_of(user) else document_taken()) from error
    return claim


def move(claim: IdentityClaim, origin: ClaimState, target: ClaimState, now: datetime, **fields: Any) -> bool:
    """Move ``claim`` by one conditional UPDATE; of two who decide at once the later one is refused with ``claim_decided``.

    One that is accepted takes the place of the one that its person was verified by. False, with nothing changed, where
    another account became verified with the same document.
    """
    movable = IdentityClaim.objects.filter(pk=claim.pk, state=origin)
    fields |= {"recheck_at": recheck_after(now) if target is ClaimState.VERIFIED else None, "warned_at": None}
    try:
        with transaction.atomic():
            if target is ClaimState.VERIFIED:
                _end_replaced(claim, now)
            if not movable.update(state=target, decided_at=now, **fields):
                raise decided()
            indexes.follow(claim, origin, target)
    except IntegrityError:
        return False
    claim.refresh_from_db()
    if origin is ClaimState.PENDING:
        questions.end_all_of(claim.user)
    return True


def recheck_after(now: datetime) -> datetime:
    """When a claim that is accepted ``now`` has to be checked again."""
    months = now.month - 1 + settings.ENVIRONMENT["YINJI_IDENTITY_MONTHS"]
    year, month = now.year + months // 12, months % 12 + 1
    return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))


def decided() -> Refusal:
    """Whoever comes too late is told so."""
    return Refusal("claim_decided", _("This claim has already been decided."))


def document_taken() -> Refusal:
    """One document stands for one account."""
    return Refusal(
        "document_taken",
        _("Another account is already verified with this document; one document stands for one account."),
    )


def _end_replaced(claim: IdentityClaim, now: datetime) -> None:
    """End the claim that ``claim`` takes the place of. It stays in the vault: what was published under it is traceable."""
    held = queries.verified_claim_of(claim.user)
    if held is None:
        return
    ended = {
        "state": ClaimState.ENDED,
        "level": Level.NONE,
        "decided_at": now,
        "recheck_at": None,
        "reason": _REPLACED,
    }
    IdentityClaim.objects.filter(pk=held.pk, state=ClaimState.VERIFIED).update(**ended)
    indexes.follow(held, ClaimState.VERIFIED, ClaimState.ENDED)
    held.refresh_from_db()
    record("identity.replaced", held, masked_number_of(held), by=None, now=now, reason=_REPLACED)


def _claim_open(user: User) -> Refusal:
    held = queries.open_claim_of(user)
    if held is not None and held.state == ClaimState.VERIFIED:
        return Refusal("claim_open", _("This account already has an accepted real name."))
    return Refusal("claim_open", _("A claim of this account is already waiting for a decision."))
