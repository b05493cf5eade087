"""The states of a request, and what its requester gets to see of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    """Where a question to a person stands."""

    DRAFT = "draft"
    HELD = "held"
    SENT = "sent"
    VIEWED = "viewed"
    CONFIRMED = "confirmed"
    DEFERRED = "deferred"
    COUNTERED = "countered"
    GRANTED = "granted"
    REFUSED = "refused"
    MISDIRECTED = "misdirected"
    REPORTED = "reported"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Shown(StrEnum):
    """What the requester sees."""

    DRAFT = "draft"
    SENT = "sent"
    COUNTERED = "countered"
    GRANTED = "granted"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


_ENDS_ANY_TIME = frozenset(
    {RequestState.REPORTED, RequestState.SUPERSEDED, RequestState.CANCELLED, RequestState.EXPIRED}
)
"""An open request is reported by the person, edited or cancelled by the requester, or runs out."""

_ANSWERS = frozenset({RequestState.GRANTED, RequestState.COUNTERED, RequestState.REFUSED})

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.DRAFT: frozenset({RequestState.SENT, RequestState.HELD, RequestState.CANCELLED}),
    # Held back without a word: by a block list, a quota, or an address that nobody may be written to.
    RequestState.HELD: frozenset({RequestState.SENT}) | _ENDS_ANY_TIME,
    RequestState.SENT: frozenset({RequestState.VIEWED}) | _ENDS_ANY_TIME,
    # To say no, or later, takes no more than the address: nobody has to prove who they are in order to be left alone.
    RequestState.VIEWED: frozenset(
        {RequestState.CONFIRMED, RequestState.DEFERRED, RequestState.REFUSED, RequestState.MISDIRECTED}
    )
    | _ENDS_ANY_TIME,
    RequestState.CONFIRMED: frozenset({RequestState.DEFERRED, RequestState.MISDIRECTED})
    | _ANSWERS
    | _ENDS_ANY_TIME,
    RequestState.DEFERRED: frozenset({RequestState.CONFIRMED, RequestState.REFUSED, RequestState.MISDIRECTED})
    | _ENDS_ANY_TIME,
    # The requester takes the person's own, narrower clauses, or leaves them; until then the person can take them back.
    RequestState.COUNTERED: frozenset({RequestState.GRANTED, RequestState.REFUSED}) | _ENDS_ANY_TIME,
    RequestState.GRANTED: frozenset(),
    RequestState.REFUSED: frozenset(),
    RequestState.MISDIRECTED: frozenset(),
    RequestState.REPORTED: frozenset(),
    RequestState.SUPERSEDED: frozenset(),
    RequestState.CANCELLED: frozenset(),
    RequestState.EXPIRED: frozenset(),
}

OPEN = frozenset(state for state, following in TRANSITIONS.items() if following)
"""A requester has at most one request to a person in these."""

_SHOWN: Mapping[RequestState, Shown] = {
    RequestState.DRAFT: Shown.DRAFT,
    RequestState.COUNTERED: Shown.COUNTERED,
    RequestState.GRANTED: Shown.GRANTED,
    RequestState.SUPERSEDED: Shown.SUPERSEDED,
    RequestState.CANCELLED: Shown.CANCELLED,
}


def may_move(old: RequestState, new: RequestState) -> bool:
    """Tell whether a request may go from ``old`` to ``new``."""
    return new in TRANSITIONS[old]


def shown_to_requester(
    state: RequestState, *, is_past_deadline: bool, refused_openly: bool = False, dropped_as: str = ""
) -> Shown:
    """Return what the requester sees of a request.

    Held, undeliverable, misdirected, reported, refused without a word and expired all look alike: *sent* until the deadline that
    the requester set, *no answer* from then on. Only so does no end before it tell one from the other.
    ``refused_openly``: the person wants the requester to know. ``dropped_as``: what the requester themselves did to it.
    """
    if dropped_as:
        return Shown(dropped_as)
    if state is RequestState.REFUSED and refused_openly:
        return Shown.REFUSED
    if state in _SHOWN:
        return _SHOWN[state]
    return Shown.NO_ANSWER if is_past_deadline else Shown.SENT
