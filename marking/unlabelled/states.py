"""The states of a copy without the visible label, and the only ways between them. Pure."""

from __future__ import annotations

from enum import StrEnum


class CopyState(StrEnum):
    """From the request to the end of its time. The database constraints name the same words."""

    REQUESTED = "requested"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


TRANSITIONS: dict[CopyState, frozenset[CopyState]] = {
    CopyState.REQUESTED: frozenset({CopyState.MAKING}),
    # Again to itself when the worker that made it died.
    CopyState.MAKING: frozenset({CopyState.MAKING, CopyState.READY, CopyState.FAILED}),
    CopyState.READY: frozenset({CopyState.EXPIRED}),
    CopyState.FAILED: frozenset(),
    CopyState.EXPIRED: frozenset(),
}

LIVE = frozenset({CopyState.REQUESTED, CopyState.MAKING, CopyState.READY})
"""States of a copy that stands in the way of another of the same work."""
