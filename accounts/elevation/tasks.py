"""What the keeper and the worker do for openings of sealed identities."""

from __future__ import annotations

from celery import shared_task

from accounts.elevation import digest, opening, sweeping


@shared_task(name="accounts.elevation.tasks.open_approved")
def open_approved(pk: int) -> None:
    """Open what two people approved. For the keeper: sent to the queue ``vault`` alone."""
    opening.open_approved(pk)


@shared_task(name="accounts.elevation.tasks.open_all_approved")
def open_all_approved() -> None:
    """Open what a lost message left. For the keeper: sent to the queue ``vault`` alone."""
    opening.open_all_approved()


@shared_task(name="accounts.elevation.tasks.sweep")
def sweep() -> None:
    """Do what time asks for."""
    sweeping.sweep()


@shared_task(name="accounts.elevation.tasks.send_digest")
def send_digest() -> None:
    """Tell those who may approve of the last week, if that was not done yet."""
    digest.send_digest()
