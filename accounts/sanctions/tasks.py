"""What the worker does for sanctions."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sanctions import services


@shared_task(name="accounts.sanctions.tasks.sweep")
def sweep() -> None:
    """Tell people of sanctions whose time is over."""
    services.tell_of_ends(now=timezone.now())
