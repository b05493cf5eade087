"""What becomes of a message that leaves the site. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class SendingState(StrEnum):
    """A message waits until it is sent or nobody tries any more."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
"""After each failure the next try waits twice as long, from the first time to the second."""


def next_try(failures: int, *, now: datetime, not_after: datetime) -> datetime:
    """When a mail is tried again after ``failures`` failures, at least 1; never after ``not_after``."""
    return min(now + min(FIRST_WAIT * (1 << min(failures - 1, 16)), LONGEST_WAIT), not_after)
