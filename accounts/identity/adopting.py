"""Claims of earlier versions: their names and numbers still lie under their people's keys, and only documents are indexed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.identity import indexes
from accounts.identity.claim_vault import birth_date_of, lasting_fields, move_to_vault, name_of, number_of
from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.vault.sealing import Damaged, Erased

BATCH = 500


@dataclass
class Adopted:
    """How many claims were taken into the vault's ways, and how many could not be read."""

    adopted: int = 0
    unreadable: int = 0

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return asdict(self)


def unadopted() -> QuerySet[IdentityClaim]:
    """Decided claims whose name lies outside the vault, and waiting ones without a mask."""
    decided = Q(state__in=[ClaimState.VERIFIED, ClaimState.ENDED], deposit__isnull=True)
    waiting = Q(state=ClaimState.PENDING, sealed_mask=b"")
    return IdentityClaim.objects.filter(decided | waiting).exclude(sealed_number=b"")


def adopt(now: datetime) -> Adopted:
    """Move every decided claim into the vault and index every name. Safe to run twice and beside a running site."""
    done, last = Adopted(), 0
    while batch := list(
        unadopted().filter(pk__gt=last).select_related("user__person_key").order_by("pk")[:BATCH]
    ):
        for claim in batch:
            _count(done, claim, now)
        last = batch[-1].pk
    return done


def _count(done: Adopted, claim: IdentityClaim, now: datetime) -> None:
    try:
        done.adopted += _adopt(claim, now)
    except (Erased, Damaged):
        done.unreadable += 1


def _adopt(claim: IdentityClaim, now: datetime) -> bool:
    document = Document(DocumentType(claim.document_type), number_of(claim), birth_date_of(claim))
    values = indexes.values_of(name_of(claim), document)
    moved = _moved(claim, document, now)
    with transaction.atomic():
        unchanged = IdentityClaim.objects.filter(
            pk=claim.pk, state=claim.state, deposit=None, sealed_number=bytes(claim.sealed_number)
        )
        if not unchanged.update(**moved):
            return False
        indexes.write(claim, values)
    return True


def _moved(claim: IdentityClaim, document: Document, now: datetime) -> dict[str, Any]:
    if claim.state == ClaimState.PENDING:
        return dict(lasting_fields(claim.user, claim.reference, document))
    return move_to_vault(claim, now)
