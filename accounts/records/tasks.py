"""What the worker does for the log."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task

from accounts.records import asking, sequencing
from accounts.records.halting import Mismatch


@shared_task(name="accounts.records.tasks.advance")
def advance() -> None:
    """Sign what is new. What keeps it from signing was told where it was found."""
    with suppress(Mismatch):
        sequencing.advance()


@shared_task(name="accounts.records.tasks.ask_witnesses")
def ask_witnesses() -> None:
    """Have the newest checkpoint witnessed."""
    asking.ask_all()
