"""What the worker does for consents."""

from __future__ import annotations

from celery import shared_task

from consent.withdrawal import sweeping


@shared_task(name="consent.withdrawal.tasks.sweep")
def sweep() -> None:
    """Do to grants and uses what time asks for."""
    sweeping.sweep()
