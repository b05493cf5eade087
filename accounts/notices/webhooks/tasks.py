"""What the worker does for webhooks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.notices.webhooks import deliveries

MOST_AT_ONCE = 16


@shared_task(name="accounts.notices.webhooks.tasks.sweep")
def sweep() -> None:
    """Deliver what is due."""
    deliveries.sweep(timezone.now(), MOST_AT_ONCE)
