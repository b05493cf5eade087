"""What the worker does for copies of people's data."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from accounts.own_data import services


@shared_task(name="accounts.own_data.tasks.make")
def make(reference: str) -> None:
    """Make one copy."""
    services.make(UUID(reference))


@shared_task(name="accounts.own_data.tasks.sweep")
def sweep() -> None:
    """Remove copies whose time is over, and make those that wait."""
    services.sweep()
