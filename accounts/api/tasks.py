"""What the worker does for the API."""

from __future__ import annotations

from celery import shared_task

from accounts.api.idempotency import purge_expired


@shared_task(name="accounts.api.tasks.purge_answers")
def purge_answers() -> None:
    """Forget answers that no repeated request can ask for any more."""
    purge_expired()
