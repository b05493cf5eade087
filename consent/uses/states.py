"""The states of a use, one publication of somebody's likeness. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class UseState(StrEnum):
    """Where a publication stands. Only a live one is served."""

    PROPOSED = "proposed"
    CHECKED = "checked"
    AWAITING_PREVIEW = "awaiting_preview"
    APPROVED = "approved"
    LIVE = "live"
    CUT_OFF = "cut_off"
    REMOVED = "removed"


TRANSITIONS: Mapping[UseState, frozenset[UseState]] = {
    UseState.PROPOSED: frozenset({UseState.CHECKED, UseState.REMOVED}),
    # What never was live is not cut off: it is proposed again, and waits for another grant.
    UseState.CHECKED: frozenset(
        {UseState.PROPOSED, UseState.AWAITING_PREVIEW, UseState.LIVE, UseState.REMOVED}
    ),
    UseState.AWAITING_PREVIEW: frozenset({UseState.PROPOSED, UseState.APPROVED, UseState.REMOVED}),
    UseState.APPROVED: frozenset({UseState.PROPOSED, UseState.LIVE, UseState.REMOVED}),
    UseState.LIVE: frozenset({UseState.CUT_OFF, UseState.REMOVED}),
    # Back only by a decision: a withdrawal by a stolen account, a dispute that was settled.
    UseState.CUT_OFF: frozenset({UseState.LIVE, UseState.REMOVED}),
    UseState.REMOVED: frozenset(),
}


def may_move(old: UseState, new: UseState) -> bool:
    """Tell whether a use may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]
