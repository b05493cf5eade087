"""Telling somebody on which day their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.leaving.kinds import PROMISED
from accounts.notices.outbox import write_mail
from accounts.notices.preferences import preferences_of
from accounts.notices.services import MAILED_WITHIN, notify
from accounts.users.models import User


def on_promised(*, user: User, promised: datetime, now: datetime, **kwargs: Any) -> None:
    """Write the day into the inbox, and mail it."""
    params = {"date": timezone.localdate(promised).isoformat()}
    notify(user=user, kind=PROMISED.code, subject=f"user:{user.producer_id}", params=params, now=now)
    write_mail(
        address=user.email,
        template="deletion_promised",
        params=params,
        language=preferences_of(user).language,
        not_after=now + MAILED_WITHIN,
        now=now,
    )
