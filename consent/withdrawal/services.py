"""How a grant ends, and with it, in the same transaction, everything that stands under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.grants.lifecycle import move
from consent.grants.models import Grant
from consent.grants.queries import locked
from consent.grants.states import STANDING
from consent.scope import GrantState
from consent.signals import grant_changed
from consent.uses import ending
from consent.withdrawal.restoring import restore

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

__all__ = ["end", "restore", "withdraw", "withdraw_all"]

MOST_TOGETHER = 20
"""Grants that are ended in one transaction: others who write wait for it."""


def end(
    grant: Grant,
    state: GrantState,
    *,
    by: User | None,
    now: datetime | None = None,
    body: Mapping[str, JSON] | None = None,
) -> Grant:
    """End a grant, and in the same transaction everything that stands under it. Refused with ``wrong_state``."""
    now = clock.now(now)
    with transaction.atomic():
        (held,) = locked([grant.reference])
        uses = ending.hold(held)
        move(held, state, by=by, now=now, body=body)
        ending.cut_off(uses, held, by=by, now=now)
        grant_changed.send(sender=Grant, grant=held, by=by, now=now)
    return held


def withdraw(*, by: User, grant: Grant, now: datetime | None = None) -> Grant:
    """End one's own grant. What is online under it is dark when this returns. A second call changes nothing.

    Refused with ``not_yours`` for anybody but the person and their guardian.
    """
    if by.pk not in (grant.person_id, grant.guardian_id):
        raise Refusal("not_yours", _("Only the person who gave this consent can withdraw it."), status=403)
    grant.refresh_from_db()
    if grant.state == GrantState.WITHDRAWN:
        return grant
    return end(grant, GrantState.WITHDRAWN, by=by, now=now)


def withdraw_all(*, by: User, now: datetime | None = None) -> int:
    """End everything that ``by`` granted, for themselves or for a child, and that still stands; return how much that was.

    What is online under it is dark when this returns. Each grant has its own records and receipts; :data:`MOST_TOGETHER` share a transaction.
    """
    standing = Grant.objects.filter(Q(person=by) | Q(guardian=by), state__in=STANDING)
    references = list(standing.order_by("pk").values_list("pk", flat=True))
    starts = range(0, len(references), MOST_TOGETHER)
    return sum(_withdraw_together(references[start : start + MOST_TOGETHER], by, now) for start in starts)


def _withdraw_together(references: list[UUID], by: User, now: datetime | None) -> int:
    now = clock.now(now)
    with transaction.atomic():
        held = [grant for grant in locked(references) if grant.state in STANDING]
        uses = ending.hold_all(held)
        for grant in held:
            move(grant, GrantState.WITHDRAWN, by=by, now=now)
            ending.cut_off(uses[grant.pk], grant, by=by, now=now)
            grant_changed.send(sender=Grant, grant=grant, by=by, now=now)
    return len(held)
