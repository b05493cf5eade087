"""What becomes of somebody's notices and mails when their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from accounts.notices.models import MailPreferences, Notice
from accounts.notices.outbox import cancel_all_to
from accounts.users.models import User


def on_erased(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Remove the notices of ``user`` with the mails that announce them, and how they wanted to be mailed; erase all other mail that waits for them."""
    Notice.objects.filter(user=user).delete()
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    cancel_all_to({user.email, *addresses}, now=now)
    MailPreferences.objects.filter(user=user).delete()
