"""Where the name and number of a claim lie.

While a claim waits, they are sealed under its person's key, for the eyes of its reviewer. When it is accepted they go
into the vault, where this process can put them and cannot read them (:mod:`accounts.vault.deposits`). What stays is the
birth date, from which ages are told, and the masked number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.identity.documents import Document, DocumentType, birth_date, mask
from accounts.identity.indexes import document_value
from accounts.identity.models import IdentityClaim, Purpose
from accounts.vault.blind_index import versioned_index
from accounts.vault.deposits import deposit
from accounts.vault.fields import Field
from accounts.vault.sealing import Erased, seal, unseal

if TYPE_CHECKING:
    from accounts.users.models import User

# What is left of a claim that was accepted …
MOVED: Mapping[str, bytes] = {"sealed_name": b"", "sealed_number": b"", "sealed_phone": b""}
# … and of one that was not.
EMPTIED: Mapping[str, bytes] = {**MOVED, "sealed_birth_date": b"", "sealed_mask": b""}


def sealed_fields(
    user: User, reference: UUID, name: str, document: Document, phone: str = ""
) -> dict[str, bytes]:
    """The sealed columns of a new claim; all empty for somebody whom a provider knows and does not name."""
    if not name:
        return dict(EMPTIED)
    values = {"name": name, "number": document.number, "phone": phone}
    return {
        f"sealed_{place}": _sealed(user, place, reference, value) for place, value in values.items()
    } | lasting_fields(user, reference, document)


def lasting_fields(user: User, reference: UUID, document: Document) -> dict[str, bytes]:
    """The sealed columns that stay when a claim is accepted."""
    born = document.birth_date.isoformat() if document.birth_date else ""
    return {
        "sealed_birth_date": _sealed(user, "birth_date", reference, born),
        "sealed_mask": _sealed(user, "mask", reference, mask(document.number)),
    }


def index_of(document: Document) -> bytes:
    """The 32 bytes by which the database knows a document, under the newest key."""
    return next(iter(versioned_index(Purpose.DOCUMENT.label, document_value(document)).values()))


def move_to_vault(claim: IdentityClaim, now: datetime) -> dict[str, Any]:
    """Put the name, number and phone of a waiting claim into the vault; answers the columns that say so.

    They are to be written with the decision. Nothing is put there where a provider knows the person and does not name them.
    Refused with ``vault_unavailable``.
    """
    if not is_named(claim):
        return dict(MOVED)
    values = {Field.NAME: name_of(claim), Field.NUMBER: number_of(claim), Field.PHONE: phone_of(claim)}
    kept = {name: bytes(getattr(claim, name)) for name in ("sealed_birth_date", "sealed_mask")}
    if not kept["sealed_mask"]:  # claims of earlier versions
        document = Document(DocumentType(claim.document_type), values[Field.NUMBER], birth_date_of(claim))
        kept = lasting_fields(claim.user, claim.reference, document)
    return {"deposit": deposit(claim.reference, values, now=now), **MOVED, **kept}


def is_named(claim: IdentityClaim) -> bool:
    """Whether name and number of ``claim`` lie here, to be opened. Of a decided one they lie in the vault, or nowhere."""
    return bool(claim.sealed_name and claim.sealed_number)


def name_of(claim: IdentityClaim) -> str:
    """The name of a waiting claim in clear. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    return _opened(claim, "name", claim.sealed_name)


def number_of(claim: IdentityClaim) -> str:
    """The document number of a waiting claim in clear. Raises as :func:`name_of` does."""
    return _opened(claim, "number", claim.sealed_number)


def phone_of(claim: IdentityClaim) -> str:
    """The phone of a waiting claim in clear; "" where none was given. Raises as :func:`name_of` does."""
    return _opened(claim, "phone", claim.sealed_phone) if claim.sealed_phone else ""


def birth_date_of(claim: IdentityClaim) -> date | None:
    """The birth date, where the document tells it or the person stated it. Raises Erased or Damaged."""
    if claim.sealed_birth_date:
        return date.fromisoformat(_opened(claim, "birth_date", claim.sealed_birth_date))
    if claim.sealed_number:  # claims of earlier versions kept the number alone
        return birth_date(DocumentType(claim.document_type), number_of(claim))
    return None


def masked_number_of(claim: IdentityClaim) -> str:
    """The number with all but its ends hidden; nothing but dots once it was emptied or the person's key is destroyed."""
    try:
        if claim.sealed_mask:
            return _opened(claim, "mask", claim.sealed_mask)
        return mask(number_of(claim) if claim.sealed_number else "")
    except Erased:
        return mask("")


def _sealed(user: User, place: str, reference: UUID, value: str) -> bytes:
    return seal(user, value, context=f"identity.{place}:{reference}") if value else b""


def _opened(claim: IdentityClaim, place: str, sealed: bytes | memoryview) -> str:
    return unseal(claim.user, sealed, context=f"identity.{place}:{claim.reference}").decode()
