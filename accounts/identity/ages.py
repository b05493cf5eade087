"""How old somebody is, as far as their checked document says. Only the number of years leaves the vault."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.identity.claim_vault import number_of
from accounts.identity.documents import DocumentType, age, birth_date
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.vault.sealing import Erased

if TYPE_CHECKING:
    from accounts.users.models import User


def years_of(user: User, now: datetime) -> int | None:
    """The age of ``user`` in whole years; None where no verified document holds a birth date, or the person was erased."""
    claim = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED).select_related("user").first()
    if claim is None:
        return None
    try:
        born = birth_date(DocumentType(claim.document_type), number_of(claim))
    except Erased:
        return None
    return None if born is None else age(born, timezone.localdate(now))
