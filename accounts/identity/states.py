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


class QuestionState(StrEnum):
    """What became of a question to a provider.

    ``away``: the person is at the provider. ``waiting``: the worker asks. ``answered``: the provider said yes or no.
    ``handed_on``: it could not say; staff decides. ``over``: the visit led to nothing.
    """

    AWAY = "away"
    WAITING = "waiting"
    ANSWERED = "answered"
    HANDED_ON = "handed_on"
    OVER = "over"


QUESTION_TRANSITIONS: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.AWAY: frozenset({QuestionState.WAITING, QuestionState.OVER}),
    QuestionState.WAITING: frozenset({QuestionState.ANSWERED, QuestionState.HANDED_ON, QuestionState.OVER}),
    QuestionState.ANSWERED: frozenset(),
    QuestionState.HANDED_ON: frozenset(),
    QuestionState.OVER: frozenset(),
}
QUESTION_OPEN = frozenset(state for state, following in QUESTION_TRANSITIONS.items() if following)
