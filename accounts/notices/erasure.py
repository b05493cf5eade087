"""What becomes of somebody's notices when their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.notices.models import MailPreferences, Notice
from accounts.users.models import User


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Remove the notices of ``user``, with the mails that announce them, and how they wanted to be mailed."""
    Notice.objects.filter(user=user).delete()
    MailPreferences.objects.filter(user=user).delete()
