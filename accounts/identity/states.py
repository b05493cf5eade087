"""The states of an identity claim and the only ways between them."""

from __future__ import annotations

from enum import StrEnum


class ClaimState(StrEnum):
    """Pure values; the database constraint names the same words."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    ENDED = "ended"


TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.PENDING: frozenset({ClaimState.VERIFIED, ClaimState.REJECTED, ClaimState.ENDED}),
    ClaimState.VERIFIED: frozenset({ClaimState.ENDED}),
    ClaimState.REJECTED: frozenset(),
    ClaimState.ENDED: frozenset(),
}

# A person has at most one claim in these.
OPEN = frozenset(state for state, following in TRANSITIONS.items() if following)
