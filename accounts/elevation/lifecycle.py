"""Moving a request from state to state, with its record. What a record says of a person is sealed for that person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.elevation import refusals
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.elevation.states import ElevationState, may_move
from accounts.proposals.deciding import move_on
from accounts.records import log
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


_OF_NOBODY = frozenset({"viewing", "fields"})
"""What a record says also of somebody who is erased: it tells nothing of them."""


def move(elevation: Elevation, new: ElevationState, **changes: Any) -> None:
    """Move ``elevation`` by one conditional UPDATE. Refused with ``wrong_state`` where that is no way, or somebody else was first."""
    old = ElevationState(elevation.state)
    if not may_move(old, new):
        raise refusals.moved_on()
    unmoved = Elevation.objects.filter(state=old)
    move_on(elevation, unmoved, refusals.moved_on().sentence, state=new, **changes)


def note(
    elevation: Elevation,
    event: str,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
) -> None:
    """Write ``access.<event>`` into the record log, about nobody in particular."""
    log.append(kind=f"access.{event}", subject=elevation.log_subject, body=body or {}, by=by, now=now)


def note_about(
    concerned: ConcernedPerson,
    event: str,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
) -> None:
    """Write ``access.<event>`` into the log for one person, sealed under their key; of an erased one only what tells nothing of them."""
    person, said = concerned.person, dict(body or {})
    log.append(
        kind=f"access.{event}",
        subject=concerned.elevation.log_subject,
        body=said if not is_erased(person) else {name: said[name] for name in said.keys() & _OF_NOBODY},
        by=by,
        person=None if is_erased(person) else person,
        now=now,
    )
