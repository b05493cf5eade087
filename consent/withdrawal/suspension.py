"""Letting a grant rest while something about it is settled, and taking it up again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from consent import clock
from consent.grants.lifecycle import move
from consent.grants.models import Grant, Suspension
from consent.grants.queries import locked
from consent.scope import GrantState
from consent.signals import grant_changed
from consent.uses import ending
from consent.uses.queries import with_shared
from consent.uses.services import check_again

if TYPE_CHECKING:
    from accounts.users.models import User


def suspend(grant: Grant, because: Suspension, *, by: User | None, now: datetime | None = None) -> Grant:
    """Let ``grant`` rest: what stands under it is dark when this returns, and its files stay. Refused with ``wrong_state``."""
    now = clock.now(now)
    with transaction.atomic():
        (held,) = locked([grant.reference])
        uses = ending.hold(held)
        move(held, GrantState.SUSPENDED, by=by, now=now, suspended_because=because)
        ending.cut_off(uses, held, by=by, now=now)
        grant_changed.send(sender=Grant, grant=held, by=by, now=now)
    return held


def lift(grant: Grant, *, by: User | None, now: datetime | None = None) -> Grant:
    """End the rest of ``grant``: it is in force again, or goes on cooling, and what everybody allows is shown again.

    Refused with ``wrong_state`` where it does not rest. One whose time is over meanwhile expires with the next sweep.
    """
    now = clock.now(now)
    with transaction.atomic():
        held = with_shared(grant)
        uses = ending.hold(held)
        for state in _ways_back(held, now):
            move(held, state, by=by, now=now)
        ending.bring_back(uses, by=by, now=now)
        check_again(uses, now=now)
        grant_changed.send(sender=Grant, grant=held, by=by, now=now)
    return held


def _ways_back(grant: Grant, now: datetime) -> tuple[GrantState, ...]:
    """The states that a resting grant goes through."""
    if grant.cools_until is not None and now < grant.cools_until:
        return (GrantState.PENDING_COOLING,)
    is_used_up = grant.consumed == grant.outputs
    return (GrantState.ACTIVE, GrantState.EXHAUSTED) if is_used_up else (GrantState.ACTIVE,)
