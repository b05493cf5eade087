"""Finding a sanction that was sent before: a form that is sent twice decides once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import in_force
from accounts.sanctions.reasoning import reasons_of
from accounts.sanctions.states import SanctionState
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.sanctions.reasoning import Reasons


def standing(sanction: Sanction, reasons: Reasons, now: datetime) -> Sanction | None:
    """What says the same of the same account for the same ``reasons`` and waits or is in force at ``now``; None where nothing does.

    Call it in the transaction in which ``sanction`` is to be saved: the account is locked until its end.
    """
    User.objects.select_for_update().get(pk=sanction.user_id)
    alike = Sanction.objects.filter(
        Q(state=SanctionState.PROPOSED) | Q(pk__in=in_force(now).values("pk")),
        user=sanction.user_id,
        step=sanction.step,
        functions=sanction.functions,
        days=sanction.days,
        about=sanction.about,
    )
    return next((each for each in alike.select_related("user") if reasons_of(each) == reasons), None)
