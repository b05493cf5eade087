"""Who has a stake in an account: its holder, and everybody who ever named it as a child that they act for."""

from __future__ import annotations

from accounts.users.models import User


def of_account(code: str) -> frozenset[int]:
    """Who has one in the account of this producer id."""
    user = User.objects.filter(producer_id=code).first()
    return frozenset({user.pk, *user.guardians.values_list("guardian", flat=True)}) if user else frozenset()
