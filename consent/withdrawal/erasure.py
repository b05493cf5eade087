"""What becomes of consents when an account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.users.models import User
from consent.grants.models import Grant
from consent.grants.states import STANDING
from consent.scope import GrantState
from consent.withdrawal.services import end, withdraw


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Withdraw what ``user`` granted, and revoke what was granted to them: nobody is left who could keep to it."""
    standing = Grant.objects.filter(state__in=STANDING).order_by("pk")
    for grant in standing.filter(person=user):
        withdraw(by=user, grant=grant, now=now)
    for grant in standing.filter(grantee=user):
        end(grant, GrantState.REVOKED, by=None, now=now)
