"""What the worker does for requests."""

from __future__ import annotations

from celery import shared_task

from consent.requests import delivery, sweeping


@shared_task(name="consent.requests.tasks.deliver")
def deliver(pk: str) -> None:
    """Bring one request to the person, or hold it."""
    delivery.deliver(pk)


@shared_task(name="consent.requests.tasks.remind")
def remind(pk: str) -> None:
    """Remind one person."""
    delivery.remind(pk)


@shared_task(name="consent.requests.tasks.sweep")
def sweep() -> None:
    """Do to the requests what time asks for."""
    sweeping.sweep()
