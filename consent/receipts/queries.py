"""Reading receipts: everybody their own side's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from consent.receipts.models import Receipt
from consent.receipts.sides import Side

if TYPE_CHECKING:
    from accounts.users.models import User


def receipts_for(user: User) -> QuerySet[Receipt]:
    """All receipts that were made for ``user``: as the person, as their guardian, or as the grantee. Newest first."""
    given = Q(side=Side.PERSON) & (Q(grant__person=user) | Q(grant__guardian=user))
    held = Q(side=Side.GRANTEE, grant__grantee=user)
    return Receipt.objects.filter(given | held).select_related("grant").order_by("-issued_at")


def receipt_for(user: User, reference: UUID) -> Receipt:
    """The receipt ``reference`` of ``user``. Raises Http404 for anybody else's."""
    found = receipts_for(user).filter(pk=reference).first()
    if found is None:
        raise Http404("no such receipt")
    return found
