"""What the worker does for appeals."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from marking.desk.appeals import sweeping


@shared_task(name="marking.desk.appeals.tasks.sweep")
def sweep() -> None:
    """Do to appeals what time asks for."""
    sweeping.sweep(now=timezone.now())
