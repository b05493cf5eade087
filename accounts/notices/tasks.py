"""What the worker does for notices."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.notices import outbox

MOST_MAILS_AT_ONCE = 100


@shared_task(name="accounts.notices.tasks.send_mail")
def send_mail(pk: str) -> None:
    """Send one mail."""
    outbox.send(UUID(pk))


@shared_task(name="accounts.notices.tasks.sweep")
def sweep() -> None:
    """Send the mails that wait, and give up those whose time is over."""
    outbox.sweep(timezone.now(), MOST_MAILS_AT_ONCE)
