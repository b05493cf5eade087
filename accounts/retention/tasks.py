"""What the worker does once a day."""

from __future__ import annotations

from celery import shared_task

from accounts.retention import emptying, purging


@shared_task(name="accounts.retention.tasks.purge")
def purge() -> None:
    """Empty the bodies, rows and files whose time is over."""
    purging.run()
    emptying.run()
