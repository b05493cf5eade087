"""Looking at what was opened: by the one who asked alone, one person at a time, while the window is open. Each look is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.elevation import refusals, telling
from accounts.elevation.contents import values_of
from accounts.elevation.holders import may_ask
from accounts.elevation.keeper import Field
from accounts.elevation.lifecycle import move, note, note_about
from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def view(concerned: ConcernedPerson, *, by: User, now: datetime | None = None) -> dict[Field, str]:
    """What was opened of one person. That it was looked at is committed before it is answered.

    Refused with ``not_allowed`` for all but the one who asked, and ``window_over``.
    """
    now = now or timezone.now()
    _require(concerned.elevation, by, now)
    with transaction.atomic():
        held = Elevation.objects.select_for_update().get(pk=concerned.elevation_id)
        _require(held, by, now)
        values = values_of(held, concerned)
        viewing = Viewing.objects.create(concerned=concerned, viewer=by, at=now)
        body: dict[str, JSON] = {"fields": sorted(values), "viewing": viewing.pk}
        note_about(concerned, "viewed", by=by, now=now, body=body)
    return values


def close(elevation: Elevation, *, by: User | None, now: datetime | None = None) -> None:
    """Shut the window: the key of what was opened is destroyed, and the persons are told unless a gag holds.

    ``by`` is None where time shuts it. Refused with ``not_allowed`` for all but the one who asked, and ``wrong_state``.
    """
    now = now or timezone.now()
    if by is not None and by.pk != elevation.asker_id:
        raise refusals.not_allowed()
    with transaction.atomic():
        move(elevation, ElevationState.CLOSED, window_key=None, ended_at=now)
        elevation.persons.update(sealed=None)
        note(elevation, "closed", by=by, now=now)
    telling.tell_persons(elevation, now)


def _require(elevation: Elevation, by: User, now: datetime) -> None:
    if by.pk != elevation.asker_id or not may_ask(by):
        raise refusals.not_allowed()
    if elevation.state != ElevationState.OPEN or elevation.opened_at is None or elevation.ends_at is None:
        raise refusals.window_over()
    if not elevation.opened_at <= now < elevation.ends_at:
        _shut(elevation, now)
        raise refusals.window_over()


def _shut(elevation: Elevation, now: datetime) -> None:
    """Shut a window whose time is over, whether or not the sweep has come by."""
    if elevation.ends_at is not None and now >= elevation.ends_at:
        try:
            close(elevation, by=None, now=now)
        except Refusal:  # the sweep did in between
            return
