"""By what the database knows documents, names and phones without knowing them: keyed digests, under each valid key."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.identity.documents import Document, DocumentType
from accounts.identity.models import ClaimIndex, IdentityClaim, Purpose
from accounts.identity.states import ClaimState
from accounts.vault.blind_index import versioned_index

if TYPE_CHECKING:
    from accounts.users.models import User

_DOTS = frozenset("·•・‧∙.")
"""What stands between the parts of a transliterated name, in one of its spellings."""


def document_value(document: Document) -> str:
    """What is indexed of a document.

    A provider's names for people differ by letter case, which no index minds: of those it is their SHA-256.
    """
    number = document.number
    if document.type is DocumentType.PROVIDER_ACCOUNT:
        number = hashlib.sha256(number.encode()).hexdigest()
    return f"{document.type}:{number}"


def name_value(name: str) -> str:
    """What is indexed of a name: middle dots do not matter, nor what no index minds (:mod:`accounts.vault.blind_index`)."""
    return "".join(character for character in unicodedata.normalize("NFKC", name) if character not in _DOTS)


def phone_value(phone: str) -> str:
    """What is indexed of a phone: its digits."""
    return "".join(character for character in unicodedata.normalize("NFKC", phone) if character.isdecimal())


def values_of(name: str, document: Document, phone: str = "") -> dict[Purpose, str]:
    """All that is indexed of a claim; what was not given is left out."""
    given = {
        Purpose.DOCUMENT: document_value(document),
        Purpose.NAME: name_value(name),
        Purpose.PHONE: phone_value(phone),
    }
    return {purpose: value for purpose, value in given.items() if value}


def matching(purpose: Purpose, value: str) -> Q:
    """The rows of an equal value, under whichever valid key they were written."""
    condition = Q(pk__in=[])
    for version, digest in versioned_index(purpose.label, value).items():
        condition |= Q(purpose=purpose, version=version, digest=digest)
    return condition


def write(claim: IdentityClaim, values: dict[Purpose, str]) -> None:
    """Store the indexes of ``values`` that ``claim`` lacks, under each valid key.

    Raises :class:`~django.db.IntegrityError` where ``claim`` is verified and another verified account has the document.
    """
    held = set(ClaimIndex.objects.filter(claim=claim).values_list("purpose", "version"))
    ClaimIndex.objects.bulk_create(
        row for row in _rows(claim, values) if (row.purpose, row.version) not in held
    )


def follow(claim: IdentityClaim, origin: ClaimState, target: ClaimState) -> None:
    """What becomes of the indexes of a claim that moves: an accepted document is taken, a rejected one forgotten.

    Raises :class:`~django.db.IntegrityError` where another verified account has the document.
    """
    rows = ClaimIndex.objects.filter(claim=claim)
    if target is ClaimState.VERIFIED:
        rows.filter(purpose=Purpose.DOCUMENT).update(is_exclusive=True)
    elif origin is ClaimState.VERIFIED:
        rows.update(is_exclusive=False)
    else:
        rows.delete()


def forget(user: User) -> None:
    """Remove all by which ``user`` was known."""
    ClaimIndex.objects.filter(claim__user=user).delete()


def _rows(claim: IdentityClaim, values: dict[Purpose, str]) -> Iterator[ClaimIndex]:
    is_verified = claim.state == ClaimState.VERIFIED
    for purpose, value in values.items():
        for version, digest in versioned_index(purpose.label, value).items():
            yield ClaimIndex(
                claim=claim,
                purpose=purpose,
                version=version,
                digest=digest,
                is_exclusive=is_verified and purpose is Purpose.DOCUMENT,
            )
