"""What the worker does for the log."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task

from accounts.records import asking, mending, rotating, sequencing, stamping
from accounts.records.halting import Mismatch


@shared_task(name="accounts.records.tasks.advance")
def advance() -> None:
    """Sign what is new. What keeps it from signing was told where it was found."""
    with suppress(Mismatch):
        sequencing.advance()


@shared_task(name="accounts.records.tasks.rotate")
def rotate() -> None:
    """Open a shard when a year has begun, and look after the older ones. What keeps it from doing so was told where it was found."""
    with suppress(Mismatch):
        rotating.rotate_yearly()
    with suppress(Mismatch):
        mending.mend()


@shared_task(name="accounts.records.tasks.ask_witnesses")
def ask_witnesses() -> None:
    """Have the newest checkpoint witnessed."""
    asking.ask_all()


@shared_task(name="accounts.records.tasks.stamp")
def stamp() -> None:
    """Have a checkpoint timestamped once a day, where an authority is named."""
    stamping.stamp_daily()
