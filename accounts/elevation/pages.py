"""What the pages of a request show. No value that was opened is ever among it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from accounts.elevation.contents import content_of
from accounts.elevation.holders import may_approve
from accounts.elevation.models import Elevation
from accounts.elevation.states import WAITING, ElevationState
from accounts.elevation.wording import FAILURES, STATES
from accounts.passkeys.signing import has_passkey
from accounts.vault.wrapped_key import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.models import User

MARKS = 60
"""How often the viewer's number stands across what they look at: it is on any photograph of a part of it."""
TONES = {
    ElevationState.ASKED: "ochre",
    ElevationState.APPROVED: "indigo",
    ElevationState.OPEN: "seal",
    ElevationState.CLOSED: "slate",
}


def row(elevation: Elevation) -> dict[str, Any]:
    """One request in a list."""
    state = ElevationState(elevation.state)
    return {"elevation": elevation, "state": STATES[state], "tone": TONES.get(state, "slate")}


def described_to(user: User, elevation: Elevation) -> dict[str, Any]:
    """One request, and what ``user`` may do with it."""
    is_asker, state = elevation.asker_id == user.pk, ElevationState(elevation.state)
    can_decide = state == ElevationState.ASKED and not is_asker and may_approve(user)
    return {
        **row(elevation),
        "lines": _lines(elevation),
        "failure": FAILURES.get(elevation.failure, ""),
        "persons": list(elevation.persons.select_related("person").prefetch_related("viewings__viewer")),
        "can_look": is_asker and state == ElevationState.OPEN,
        "can_cancel": is_asker and state in WAITING,
        "can_refuse": can_decide,
        "can_approve": can_decide and elevation.first_approver_id != user.pk,
        "has_approved": elevation.first_approver_id == user.pk and state == ElevationState.ASKED,
        "needs_passkey": can_decide and not has_passkey(user),
        "can_tell": may_approve(user) and elevation.gag_until is not None and _is_untold(elevation),
    }


def _is_untold(elevation: Elevation) -> bool:
    is_opened = elevation.state in {ElevationState.OPEN, ElevationState.CLOSED}
    return is_opened and elevation.told_at is None and elevation.gag_ended_at is None


def _lines(elevation: Elevation) -> list[str]:
    """The text, in the reader's language; none once it is erased."""
    try:
        texts = content_of(elevation).texts
    except (Erased, Damaged):
        return []
    return texts.get(get_language() or "en", "").splitlines()
