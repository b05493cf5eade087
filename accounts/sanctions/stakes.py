"""Who has a stake in a sanction: the account, whoever acts for it, and who has one in what led to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.proposals import stakes
from accounts.retention.references import references_in
from accounts.sanctions.models import Sanction

if TYPE_CHECKING:
    from accounts.users.models import User


def holders_in(user: User, about: str) -> frozenset[int]:
    """Who has a stake in a sanction of ``user`` that ``about`` led to, such as a case; "" where nothing named did."""
    return frozenset({user.pk}) | stakes.holders_of(f"user:{user.producer_id}", about)


def of_sanction(code: str) -> frozenset[int]:
    """Who has one in the sanction of this number."""
    found = Sanction.objects.filter(pk__in=references_in([f"sanction:{code}"])).select_related("user")
    return frozenset().union(*(holders_in(each.user, each.about) for each in found))
