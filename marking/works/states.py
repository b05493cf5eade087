"""The states of a work, from intake to release, and the only ways between them. Pure."""

from __future__ import annotations

from enum import StrEnum


class WorkState(StrEnum):
    """Pure values; the database constraints name the same words."""

    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_ANSWERS = "awaiting_answers"
    QUEUED = "queued"
    MARKING = "marking"
    RELEASED = "released"
    FAILED = "failed"
    DELETED = "deleted"


TRANSITIONS: dict[WorkState, frozenset[WorkState]] = {
    WorkState.AWAITING_CONSENT: frozenset({WorkState.QUEUED, WorkState.DELETED}),
    WorkState.QUEUED: frozenset({WorkState.MARKING, WorkState.DELETED}),
    # Back to the queue when the worker that held it died.
    WorkState.MARKING: frozenset(
        {WorkState.RELEASED, WorkState.FAILED, WorkState.QUEUED, WorkState.AWAITING_ANSWERS}
    ),
    WorkState.AWAITING_ANSWERS: frozenset({WorkState.QUEUED, WorkState.AWAITING_CONSENT, WorkState.DELETED}),
    WorkState.FAILED: frozenset({WorkState.QUEUED, WorkState.DELETED}),
    WorkState.RELEASED: frozenset({WorkState.DELETED}),
    WorkState.DELETED: frozenset(),
}


def may_move(old: WorkState, new: WorkState) -> bool:
    """Tell whether a work may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]
