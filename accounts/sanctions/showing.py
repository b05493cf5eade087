"""A sanction as pages show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.sanctions.models import Sanction
from accounts.sanctions.reasoning import reasons_of
from accounts.sanctions.states import SanctionState, Step
from accounts.sanctions.wording import FUNCTIONS, GROUNDS, OVER, STATES, STEPS


def described(sanction: Sanction, now: datetime) -> dict[str, Any]:
    """What a page says of a sanction: words, times and its statement of reasons (None once the account is erased)."""
    reasons = reasons_of(sanction)
    return {
        "sanction": sanction,
        "step": STEPS[Step(sanction.step)],
        "state": _state(sanction, now),
        "is_in_force": sanction.state == SanctionState.IN_FORCE and not _is_over(sanction, now),
        "functions": [
            FUNCTIONS[each] for each in FUNCTIONS if sanction.functions and each in sanction.limited
        ],
        "reasons": reasons,
        "ground": GROUNDS[reasons.ground] if reasons else "",
    }


def _state(sanction: Sanction, now: datetime) -> Promise:
    return OVER if _is_over(sanction, now) else STATES[SanctionState(sanction.state)]


def _is_over(sanction: Sanction, now: datetime) -> bool:
    is_running = sanction.state == SanctionState.IN_FORCE
    return is_running and sanction.ends_at is not None and sanction.ends_at <= now
