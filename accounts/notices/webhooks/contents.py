"""Sealing and opening a webhook's address and secrets, each bound to its own row and column."""

from __future__ import annotations

from datetime import datetime

from accounts.notices.webhooks.models import Webhook
from accounts.users.models import User
from accounts.vault.sealing import seal, unseal


def seal_for(user: User, webhook: Webhook, *, url: str, secret: str) -> None:
    """Put address and secret into a new webhook, sealed for its owner."""
    webhook.url = seal(user, url, context=_place(webhook, "url"))
    webhook.secret = sealed_secret(webhook, secret)


def sealed_secret(webhook: Webhook, secret: str) -> bytes:
    """A secret as the webhook's row holds it, in either of its two columns."""
    return seal(webhook.user, secret, context=_place(webhook, "secret"))


def url_of(webhook: Webhook) -> str:
    """The address. Raises :class:`~accounts.vault.sealing.Erased` and :class:`~accounts.vault.sealing.Damaged`."""
    return unseal(webhook.user, webhook.url, context=_place(webhook, "url")).decode()


def keys_of(webhook: Webhook, *, now: datetime) -> list[str]:
    """The secrets that sign at ``now``, the newest first. Raises as :func:`url_of` does."""
    sealed = [webhook.secret]
    if webhook.old_secret is not None and webhook.old_secret_until and now < webhook.old_secret_until:
        sealed.append(webhook.old_secret)
    return [unseal(webhook.user, each, context=_place(webhook, "secret")).decode() for each in sealed]


def _place(webhook: Webhook, column: str) -> str:
    return f"webhook.{column}:{webhook.id}"
