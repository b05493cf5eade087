"""What becomes of somebody's webhooks when their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.notices.webhooks.models import Webhook
from accounts.users.models import User


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Remove the webhooks of ``user`` with all that was sent to them."""
    Webhook.objects.filter(user=user).delete()
