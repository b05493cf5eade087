"""Sealing and opening the name and number of a claim, each bound to its own claim and column."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.identity.documents import Document, DocumentType, birth_date, mask
from accounts.identity.models import IdentityClaim
from accounts.vault.blind_index import blind_index
from accounts.vault.sealing import Erased, seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

# What is left of a claim that was not accepted.
EMPTIED: dict[str, bytes] = {
    "sealed_name": b"",
    "sealed_number": b"",
    "sealed_birth_date": b"",
    "number_index": b"",
}


def sealed_fields(user: User, reference: UUID, name: str, document: Document) -> dict[str, bytes]:
    """The sealed columns of a new claim."""
    born = document.birth_date
    return {
        "sealed_name": seal(user, name, context=_name_context(reference)),
        "sealed_number": seal(user, document.number, context=_number_context(reference)),
        "sealed_birth_date": seal(user, born.isoformat(), context=_birth_context(reference)) if born else b"",
        "number_index": index_of(document),
    }


def index_of(document: Document) -> bytes:
    """The 32 bytes by which the database knows a document."""
    return blind_index("identity document", f"{document.type}:{document.number}")


def name_of(claim: IdentityClaim) -> str:
    """The claimed name in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return unseal(claim.user, claim.sealed_name, context=_name_context(claim.reference)).decode()


def number_of(claim: IdentityClaim) -> str:
    """The document number in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return unseal(claim.user, claim.sealed_number, context=_number_context(claim.reference)).decode()


def birth_date_of(claim: IdentityClaim) -> date | None:
    """The birth date, where the document tells it or the person stated it. Raises Erased or Damaged."""
    if not claim.sealed_birth_date:  # claims of earlier versions kept the number alone
        return birth_date(DocumentType(claim.document_type), number_of(claim))
    sealed = claim.sealed_birth_date
    return date.fromisoformat(unseal(claim.user, sealed, context=_birth_context(claim.reference)).decode())


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


def _birth_context(reference: UUID) -> str:
    return f"identity.birth_date:{reference}"
