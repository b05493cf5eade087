"""An appeal as pages show it."""

from __future__ import annotations

from typing import Any

from marking.desk.appeals.appealable import of_kind
from marking.desk.appeals.contents import reasons_of, text_of
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.states import AppealState
from marking.desk.appeals.wording import STATES


def described(appeal: Appeal) -> dict[str, Any]:
    """What its appellant and the desk read of it. Who decided is for the desk alone."""
    known = of_kind(appeal.kind)
    return {
        "appeal": appeal,
        "about": known.words if known else appeal.kind,
        "state": STATES[AppealState(appeal.state)],
        "is_open": appeal.state == AppealState.FILED,
        "text": text_of(appeal),
        "reasons": reasons_of(appeal),
    }
