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
    CONSENT_ENDED = "consent_ended"
    FAILED = "failed"
    DELETED = "deleted"


TRANSITIONS: dict[WorkState, frozenset[WorkState]] = {
    WorkState.AWAITING_CONSENT: frozenset({WorkState.QUEUED, WorkState.DELETED}),
    WorkState.QUEUED: frozenset({WorkState.MARKING, WorkState.AWAITING_CONSENT, WorkState.DELETED}),
    # Back to the queue when the worker that held it died; back to waiting when the people shown do not cover it any more, or when
    # nobody said whose the faces in it are.
    WorkState.MARKING: frozenset(
        {
            WorkState.RELEASED,
            WorkState.FAILED,
            WorkState.QUEUED,
            WorkState.AWAITING_CONSENT,
            WorkState.AWAITING_ANSWERS,
        }
    ),
    WorkState.AWAITING_ANSWERS: frozenset({WorkState.QUEUED, WorkState.AWAITING_CONSENT, WorkState.DELETED}),
    WorkState.FAILED: frozenset({WorkState.QUEUED, WorkState.DELETED}),
    WorkState.RELEASED: frozenset({WorkState.CONSENT_ENDED, WorkState.DELETED}),
    # Back only where the person who ended it restores it, or a suspension is lifted.
    WorkState.CONSENT_ENDED: frozenset({WorkState.RELEASED, WorkState.DELETED}),
    WorkState.DELETED: frozenset(),
}

RECORDED = frozenset({WorkState.RELEASED, WorkState.CONSENT_ENDED, WorkState.DELETED, WorkState.FAILED})
"""What a work does not become unrecorded; the others are steps of the queue."""


def may_move(old: WorkState, new: WorkState) -> bool:
    """Tell whether a work may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]
