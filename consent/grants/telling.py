"""Telling who holds a grant that it changed: after it took effect, and never why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.notices.services import notify
from consent.grants.models import Grant
from consent.kinds import GRANT_CHANGED


def on_grant_changed(*, grant: Grant, now: datetime, **kwargs: Any) -> None:
    """Tell the grantee, in the transaction of the change."""
    notify(
        user=grant.grantee,
        kind=GRANT_CHANGED.code,
        subject=grant.log_subject,
        params={"state": grant.state},
        now=now,
    )
