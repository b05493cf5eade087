"""How old somebody is, as far as their checked document says. Only the number of years leaves the vault."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.identity.claim_vault import birth_date_of
from accounts.identity.documents import DocumentType, age
from accounts.identity.models import IdentityClaim
from accounts.identity.states import OPEN, ClaimState
from accounts.vault.sealing import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.models import User


def years_of(user: User, now: datetime) -> int | None:
    """The age of ``user`` in whole years; None where no verified claim holds a birth date, or the person was erased."""
    born = _born(user)
    return None if born is None else age(born, timezone.localdate(now))


def birthday_of(user: User, years: int) -> date | None:
    """The day on which ``user`` turns ``years``; None as for :func:`years_of`. Born on 29 February: 1 March in common years."""
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
