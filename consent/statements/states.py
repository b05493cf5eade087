"""The states of a spoken statement. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StatementState(StrEnum):
    """The person was told what to say; said it; and somebody who listened believed it, or did not; or nothing came of it."""

    ASKED = "asked"
    RECORDED = "recorded"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


TRANSITIONS: Mapping[StatementState, frozenset[StatementState]] = {
    StatementState.ASKED: frozenset({StatementState.RECORDED, StatementState.LAPSED}),
    StatementState.RECORDED: frozenset(
        {StatementState.ACCEPTED, StatementState.REJECTED, StatementState.LAPSED}
    ),
    StatementState.ACCEPTED: frozenset(),
    StatementState.REJECTED: frozenset(),
    StatementState.LAPSED: frozenset(),
}

OPEN = frozenset(state for state, following in TRANSITIONS.items() if following)


def may_move(old: StatementState, new: StatementState) -> bool:
    """Tell whether a statement may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]
