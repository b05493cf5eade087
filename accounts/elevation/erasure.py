"""What becomes of openings when an account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.elevation.lifecycle import move, note
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.elevation.states import WAITING, ElevationState
from accounts.users.models import User


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Empty what was opened of ``user``, and take back what they still ask. Who looked, and when, stays known."""
    ConcernedPerson.objects.filter(person=user).update(sealed=None)
    for elevation in Elevation.objects.filter(asker=user, state__in=sorted(WAITING)).order_by("pk"):
        move(elevation, ElevationState.CANCELLED, ended_at=now)
        note(elevation, "cancelled", by=None, now=now)
