"""What the owner reads about a copy without the visible label."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.unlabelled.states import CopyState
from marking.works.failures import FAILURES

STATES: dict[CopyState, Promise | str] = {
    CopyState.REQUESTED: _("Asked for: it is made in a moment."),
    CopyState.MAKING: _("It is being made. That takes a few seconds."),
    CopyState.READY: _("The copy is ready."),
    CopyState.FAILED: _("The copy could not be made."),
    CopyState.EXPIRED: _("The time of the last copy is over; its file is removed."),
}


def failure_sentence(code: str) -> str:
    """Why a copy could not be made, in the reader's language; "" where the state says enough."""
    return str(FAILURES[code].sentence) if code in FAILURES else ""
