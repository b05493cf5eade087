"""What time asks of grants for minors."""

from __future__ import annotations

from celery import shared_task

from consent.guardians import birthdays


@shared_task(name="consent.guardians.tasks.sweep")
def sweep() -> None:
    """Let rest what a birthday has overtaken."""
    birthdays.sweep()
