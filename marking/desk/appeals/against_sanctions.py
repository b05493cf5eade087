"""Appeals of account holders against what was done to their account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.sanctions.models import Sanction
from accounts.sanctions.services import lift
from accounts.sanctions.states import SanctionState
from marking.desk.appeals.appealable import Appealable, Decision

if TYPE_CHECKING:
    from accounts.users.models import User


def _find(reference: str) -> Decision | None:
    sanction = _standing(reference)
    if sanction is None or sanction.begins_at is None:
        return None
    by = tuple(each for each in (sanction.proposed_by, sanction.decided_by) if each is not None)
    return Decision(
        kind=SANCTION.kind,
        reference=str(sanction.pk),
        at=sanction.begins_at,
        by=by,
        took_part=frozenset(each.pk for each in by),
        against=sanction.user,
        address=reverse("sanctions:account", args=[sanction.user.producer_id]),
    )


def _undo(*, reference: str, by: User, now: datetime) -> None:
    sanction = _standing(reference)
    if sanction is not None:
        lift(sanction=sanction, by=by, now=now)


def _standing(reference: str) -> Sanction | None:
    """One that was not lifted. Whose time is over can be appealed against as well: it stays in the account's history."""
    try:
        pk = UUID(reference)
    except ValueError:
        return None
    standing = Sanction.objects.filter(pk=pk, state=SanctionState.IN_FORCE)
    return standing.select_related("user", "proposed_by", "decided_by").first()


SANCTION = Appealable("sanction", _("A decision about an account"), _find, _undo)
