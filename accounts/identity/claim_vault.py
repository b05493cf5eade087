"""Sealing and opening the name and number of a claim, each bound to its own claim and column."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.identity.documents import Document, mask
from accounts.identity.models import IdentityClaim
from accounts.vault.blind_index import blind_index
from accounts.vault.sealing import Erased, seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

# What is left of a claim that was not accepted.
EMPTIED: dict[str, bytes] = {"sealed_name": b"", "sealed_number": b"", "number_index": b""}


def sealed_fields(user: User, reference: UUID, name: str, document: Document) -> dict[str, bytes]:
    """The sealed columns of a new claim."""
    return {
        "sealed_name": seal(user, name, context=_name_context(reference)),
        "sealed_number": seal(user, document.number, context=_number_context(reference)),
        "number_index": blind_index("identity document", f"{document.type}:{document.number}"),
    }


def name_of(claim: IdentityClaim) -> str:
    """The claimed name in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return unseal(claim.user, claim.sealed_name, context=_name_context(claim.reference)).decode()


def number_of(claim: IdentityClaim) -> str:
    """The document number in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return unseal(claim.user, claim.sealed_number, context=_number_context(claim.reference)).decode()


def masked_number_of(claim: IdentityClaim) -> str:
    """The number with all but its ends hidden; nothing but dots once the person's key is destroyed."""
    try:
        return mask(number_of(claim))
    except Erased:
        return mask("")


def _name_context(reference: UUID) -> str:
    return f"identity.name:{reference}"


def _number_context(reference: UUID) -> str:
    return f"identity.number:{reference}"
