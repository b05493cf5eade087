"""How old somebody is, as far as their checked document says. Only a band leaves the vault."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.identity.claim_vault import birth_date_of
from accounts.identity.documents import GUARDIAN_AGE, DocumentType, age
from accounts.identity.models import IdentityClaim
from accounts.identity.states import OPEN, ClaimState
from accounts.vault.sealing import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.models import User


class Band(IntEnum):
    """The ages that the law tells apart, by the least of each: all that other rooms learn of how old somebody is."""

    UNDER_8 = 0  # Civil Code Art. 20: no capacity to act
    FROM_8 = 8  # Civil Code Art. 19: limited capacity
    FROM_14 = GUARDIAN_AGE  # PIPL Art. 31
    ADULT = 18  # Civil Code Art. 17


def band_of(user: User, now: datetime) -> Band | None:
    """How old ``user`` is at least; None where no verified claim holds a birth date, or the person was erased."""
    born = _born(user)
    if born is None:
        return None
    years = age(born, timezone.localdate(now))
    return max(band for band in Band if band <= max(years, 0))


def birthday_of(user: User, years: int) -> date | None:
    """The day on which ``user`` turns ``years``; None as for :func:`band_of`. Born on 29 February: 1 March in common years."""
    born = _born(user)
    if born is None:
        return None
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def lacks_birth_date(claim: IdentityClaim) -> bool:
    """Whether an open ``claim`` of a person holds no birth date: its holder can agree to uses of nobody's likeness."""
    if claim.state not in OPEN or claim.document_type == DocumentType.ORGANISATION:
        return False
    try:
        return birth_date_of(claim) is None
    except (Erased, Damaged):
        return True


def _born(user: User) -> date | None:
    claim = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED).select_related("user").first()
    try:
        return birth_date_of(claim) if claim else None
    except Erased:
        return None
