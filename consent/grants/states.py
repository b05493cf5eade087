"""The ways between the states of a grant. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from consent.scope import GrantState

_ENDS = frozenset(
    {
        GrantState.EXPIRED,
        GrantState.WITHDRAWN,
        GrantState.REVOKED,
        GrantState.INVALIDATED,
        GrantState.SUPERSEDED,
    }
)

TRANSITIONS: Mapping[GrantState, frozenset[GrantState]] = {
    GrantState.PENDING_COOLING: frozenset({GrantState.ACTIVE, GrantState.SUSPENDED}) | _ENDS,
    GrantState.ACTIVE: frozenset({GrantState.SUSPENDED, GrantState.EXHAUSTED}) | _ENDS,
    GrantState.SUSPENDED: frozenset({GrantState.ACTIVE}) | _ENDS,
    # Nothing new is made of it, but what was made stands under it: that can still be ended.
    GrantState.EXHAUSTED: _ENDS,
    GrantState.EXPIRED: frozenset(),
    GrantState.WITHDRAWN: frozenset(),
    GrantState.REVOKED: frozenset(),
    GrantState.INVALIDATED: frozenset(),
    GrantState.SUPERSEDED: frozenset(),
}
"""What has ended stays so: a renewal is a new grant."""

STANDING = frozenset(state for state, following in TRANSITIONS.items() if following)

DPV_STATES: Mapping[GrantState, str] = {
    GrantState.PENDING_COOLING: "ConsentRequestDeferred",
    GrantState.ACTIVE: "ConsentGiven",
    GrantState.SUSPENDED: "ConsentUnknown",
    GrantState.EXHAUSTED: "ConsentExpired",
    GrantState.EXPIRED: "ConsentExpired",
    GrantState.WITHDRAWN: "ConsentWithdrawn",
    GrantState.REVOKED: "ConsentRevoked",
    GrantState.INVALIDATED: "ConsentInvalidated",
}
"""The states of the W3C's Data Privacy Vocabulary, for receipts (ISO/IEC TS 27560:2023). It has none for what was superseded."""


def may_move(old: GrantState, new: GrantState) -> bool:
    """Tell whether a grant may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]
