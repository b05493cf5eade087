"""The states of a request to open sealed identities, and the only ways between them. Pure."""

from __future__ import annotations

from enum import StrEnum


class ElevationState(StrEnum):
    """Pure values; the database constraints name the same words."""

    ASKED = "asked"
    APPROVED = "approved"
    OPEN = "open"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


TRANSITIONS: dict[ElevationState, frozenset[ElevationState]] = {
    ElevationState.ASKED: frozenset(
        {
            ElevationState.APPROVED,
            ElevationState.REFUSED,
            ElevationState.CANCELLED,
            ElevationState.EXPIRED,
        }
    ),
    ElevationState.APPROVED: frozenset(
        {ElevationState.OPEN, ElevationState.CANCELLED, ElevationState.EXPIRED, ElevationState.FAILED}
    ),
    ElevationState.OPEN: frozenset({ElevationState.CLOSED}),
    ElevationState.CLOSED: frozenset(),
    ElevationState.REFUSED: frozenset(),
    ElevationState.CANCELLED: frozenset(),
    ElevationState.EXPIRED: frozenset(),
    ElevationState.FAILED: frozenset(),
}
"""Which states can follow a state. Nothing opens twice, and nothing that ended begins again."""

WAITING = frozenset({ElevationState.ASKED, ElevationState.APPROVED})
"""States in which nothing is open yet."""
OPENED = frozenset({ElevationState.OPEN, ElevationState.CLOSED})
"""States of requests for which the keeper opened something: the persons concerned are told of these."""


def may_move(old: ElevationState, new: ElevationState) -> bool:
    """Whether ``new`` can follow ``old``."""
    return new in TRANSITIONS[old]
