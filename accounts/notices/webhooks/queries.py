"""Reading one's own webhooks."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.users.models import User


def webhooks_of(user: User) -> QuerySet[Webhook]:
    """The webhooks of ``user``, oldest first, each with what opens it. There are never many."""
    return Webhook.objects.filter(user=user).select_related("user__person_key")


def webhook_for(user: User, webhook_id: UUID) -> Webhook:
    """One webhook of ``user``. Raises Http404 for anybody else's."""
    found = webhooks_of(user).filter(pk=webhook_id).first()
    if found is None:
        raise Http404("There is no such webhook of this account.")
    return found


def deliveries_to(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """What was sent to a webhook, newest first."""
    return WebhookDelivery.objects.filter(webhook=webhook)
