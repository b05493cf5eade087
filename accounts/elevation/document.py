"""What is asked for, as one document that both approvers sign: nothing of it is ever read from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from accounts.elevation.bases import LegalBasis
from accounts.elevation.keeper import Field
from accounts.records.canonical import JSON, NotCanonical, canonical, parse

DOMAIN = b"yinji elevation 1\n"
"""Begins what is hashed for a passkey, so that a signature for this is never one for a consent or a sign-in."""
UNREADABLE = (NotCanonical, KeyError, TypeError, ValueError)


class DocumentInvalid(ValueError):
    """Bytes that are no such document."""


@dataclass(frozen=True)
class Asked:
    """One request. ``persons``: producer ids; ``about``: ``work:…``, ``case:…`` or "".

    ``minutes``: how long what was opened can be read; ``opens_before``: when even two approvals open nothing any more.
    ``gag_until``: the day on which the persons are told at the latest, None where they are told at the end;
    ``gag_reason``: why not sooner. ``document_sha256``: of the order or letter behind it, 64 hexadecimal digits.
    """

    reference: UUID
    asker: str
    persons: tuple[str, ...]
    fields: frozenset[Field]
    about: str
    basis: LegalBasis
    reason: str
    document_sha256: str
    minutes: int
    gag_until: date | None
    gag_reason: str
    asked_at: datetime
    opens_before: datetime


def write(asked: Asked) -> bytes:
    """The canonical form (RFC 8785) of a request: equal requests have equal bytes."""
    document: dict[str, JSON] = {
        "reference": str(asked.reference),
        "asker": asked.asker,
        "persons": sorted(asked.persons),
        "fields": sorted(asked.fields),
        "about": asked.about,
        "basis": asked.basis.value,
        "reason": asked.reason,
        "document_sha256": asked.document_sha256,
        "minutes": asked.minutes,
        "gag_until": asked.gag_until.isoformat() if asked.gag_until else None,
        "gag_reason": asked.gag_reason,
        "asked_at": asked.asked_at.isoformat(),
        "opens_before": asked.opens_before.isoformat(),
    }
    return canonical(document)


def read(document: bytes) -> Asked:
    """The request whose canonical form is ``document``. Raises DocumentInvalid for anything that :func:`write` did not write."""
    try:
        asked = _read(parse(document))
    except UNREADABLE as error:
        raise DocumentInvalid("expected the canonical form of a request to open identities") from error
    if write(asked) != document:
        raise DocumentInvalid("expected the canonical form of a request, found another spelling")
    return asked


def challenge(*, nonce: bytes, text: str, document: bytes) -> bytes:
    """The 32 bytes that an approver's passkey signs: SHA-256(domain ‖ nonce ‖ SHA-256(text) ‖ SHA-256(document)).

    Raises ValueError for a nonce of another length than 32 bytes.
    """
    if len(nonce) != sha256().digest_size:
        raise ValueError(f"expected a nonce of 32 bytes, found {len(nonce)}")
    return sha256(DOMAIN + nonce + sha256(text.encode()).digest() + sha256(document).digest()).digest()


def _read(said: JSON) -> Asked:
    if not isinstance(said, Mapping):
        raise TypeError(f"expected an object, found {type(said).__name__}")
    until = said["gag_until"]
    return Asked(
        reference=UUID(_text(said, "reference")),
        asker=_text(said, "asker"),
        persons=tuple(_texts(said, "persons")),
        fields=frozenset(map(Field, _texts(said, "fields"))),
        about=_text(said, "about"),
        basis=LegalBasis(_text(said, "basis")),
        reason=_text(said, "reason"),
        document_sha256=_text(said, "document_sha256"),
        minutes=_whole(said, "minutes"),
        gag_until=None if until is None else date.fromisoformat(_text(said, "gag_until")),
        gag_reason=_text(said, "gag_reason"),
        asked_at=datetime.fromisoformat(_text(said, "asked_at")),
        opens_before=datetime.fromisoformat(_text(said, "opens_before")),
    )


def _text(said: Mapping[str, JSON], name: str) -> str:
    value = said[name]
    if not isinstance(value, str):
        raise TypeError(f"expected text as {name}, found {type(value).__name__}")
    return value


def _texts(said: Mapping[str, JSON], name: str) -> list[str]:
    values = said[name]
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise TypeError(f"expected a list of texts as {name}")
    return [str(each) for each in values]


def _whole(said: Mapping[str, JSON], name: str) -> int:
    value = said[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a whole number as {name}, found {type(value).__name__}")
    return value
