"""What becomes of one delivery to a webhook, and how long a webhook may fail. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    """A delivery waits until it is taken or nobody tries any more."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=24),
)
"""How long after each failure a delivery is tried again; after the one that follows the last, it has failed."""
DISABLED_AFTER = timedelta(days=5)
"""How long a webhook may fail, with no delivery that was taken in between, before nothing is sent to it any more."""
GONE = 410  # RFC 9110 section 15.5.11: nobody listens there, and nobody will


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """When a delivery is tried again after ``attempts`` failures, at least 1; None where no more."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def must_be_disabled(failing_since: datetime, status: int | None, *, now: datetime) -> bool:
    """Whether a webhook that has just failed, with this status, is switched off."""
    return status == GONE or failing_since <= now - DISABLED_AFTER
