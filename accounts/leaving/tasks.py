"""What the worker does for accounts."""

from __future__ import annotations

from celery import shared_task

from accounts.leaving import sweeping


@shared_task(name="accounts.leaving.tasks.erase_due")
def erase_due() -> None:
    """Erase the accounts whose promised day has come."""
    sweeping.sweep()
