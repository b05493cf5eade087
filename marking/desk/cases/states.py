"""The states of a case, from its receipt to its end, and the only ways between them. Pure."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Pure values; the database constraints name the same words."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    REJECTED = "rejected"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a case. Each is written into its history and, as ``case.<event>``, into the record log."""

    RECEIVED = "received"
    TAKEN = "taken"
    PUT_BACK = "put_back"
    ANSWERED = "answered"
    REJECTED = "rejected"
    CLOSED = "closed"
    OVERDUE = "overdue"
    CONTACT_VIEWED = "contact_viewed"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    CONTENT_ERASED = "content_erased"
    COMPLETED = "completed"
    VALID = "valid"
    WARNED = "warned"
    PAUSED = "paused"
    RESUMED = "resumed"
    ACCESS_OFF = "access_off"
    ACCESS_ON = "access_on"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    FLAGGED = "flagged"
    REPORTER_PROVEN = "reporter_proven"
    IDENTITY_COMPARED = "identity_compared"
    ORDER_RELEASED = "order_released"
    APPEALED = "appealed"
    REOPENED = "reopened"


TRANSITIONS: dict[CaseState, dict[Event, CaseState]] = {
    CaseState.RECEIVED: {Event.TAKEN: CaseState.IN_REVIEW},
    CaseState.IN_REVIEW: {
        Event.PUT_BACK: CaseState.RECEIVED,
        Event.ANSWERED: CaseState.ANSWERED,
        Event.REJECTED: CaseState.REJECTED,
    },
    CaseState.ANSWERED: {Event.CLOSED: CaseState.CLOSED, Event.REOPENED: CaseState.RECEIVED},
    CaseState.REJECTED: {Event.CLOSED: CaseState.CLOSED, Event.REOPENED: CaseState.RECEIVED},
    # Only where an appeal against what was decided was granted.
    CaseState.CLOSED: {Event.REOPENED: CaseState.RECEIVED},
}
"""Which event leads from a state to which. All other events leave the state as it is."""

OPEN = frozenset({CaseState.RECEIVED, CaseState.IN_REVIEW})
"""States in which an answer is still owed."""
DECIDED = frozenset({CaseState.ANSWERED, CaseState.REJECTED})
"""States in which the answer can be read and the case is not closed yet."""

SHOWN = frozenset(
    {
        Event.RECEIVED,
        Event.VALID,
        Event.TAKEN,
        Event.PUT_BACK,
        Event.PAUSED,
        Event.RESUMED,
        Event.ACCESS_OFF,
        Event.ACCESS_ON,
        Event.ANSWERED,
        Event.REJECTED,
        Event.CLOSED,
        Event.OVERDUE,
        Event.APPEALED,
        Event.REOPENED,
    }
)
"""Events that whoever filed the case is shown."""
