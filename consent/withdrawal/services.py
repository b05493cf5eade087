"""How a grant ends, and with it, in the same transaction, everything that stands under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.grants.lifecycle import move
from consent.grants.models import Grant
from consent.grants.queries import locked
from consent.scope import GrantState
from consent.signals import grant_changed
from consent.uses import ending

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


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
