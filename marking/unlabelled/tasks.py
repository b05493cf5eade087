"""What the worker runs for copies without the visible label."""

from __future__ import annotations

from celery import shared_task

from marking.unlabelled import making


@shared_task(name="marking.unlabelled.tasks.make")
def make(pk: int) -> None:
    """Make one copy."""
    making.make(pk)


@shared_task(name="marking.unlabelled.tasks.sweep")
def sweep() -> None:
    """Take up what was left behind, and remove what is over."""
    making.sweep()
