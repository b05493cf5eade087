"""What the worker does for kept reports."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from marking.verification import keeping


@shared_task(name="marking.verification.tasks.purge_kept_reports")
def purge_kept_reports() -> None:
    """Delete the reports whose time is over."""
    keeping.purge(now=timezone.now())
