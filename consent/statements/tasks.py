"""What time asks of spoken statements."""

from __future__ import annotations

from celery import shared_task

from consent.statements import services


@shared_task(name="consent.statements.tasks.sweep")
def sweep() -> None:
    """Let lapse what nobody said or heard in time; remove recordings that are no longer needed."""
    services.sweep()
