"""The states of an organisation here, the only ways between them, and what a mandate may allow. Pure."""

from __future__ import annotations

from enum import StrEnum


class OrganisationState(StrEnum):
    """Pure values; the database constraint names the same words."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    ENDED = "ended"


TRANSITIONS: dict[OrganisationState, frozenset[OrganisationState]] = {
    OrganisationState.PENDING: frozenset(
        {OrganisationState.VERIFIED, OrganisationState.REJECTED, OrganisationState.ENDED}
    ),
    OrganisationState.VERIFIED: frozenset({OrganisationState.ENDED}),
    OrganisationState.REJECTED: frozenset(),
    OrganisationState.ENDED: frozenset(),
}
OPEN = frozenset(state for state, following in TRANSITIONS.items() if following)


class Scope(StrEnum):
    """What a delegate may do in an organisation's name."""

    PUBLISH = "publish"
    REQUEST_CONSENT = "request_consent"
    DELEGATE = "delegate"


def read_scopes(text: str) -> frozenset[Scope]:
    """What :func:`write_scopes` wrote. Raises ValueError for a word that is none."""
    return frozenset(Scope(word) for word in text.split())


def write_scopes(scopes: frozenset[Scope]) -> str:
    """The words of ``scopes`` in order, with spaces between."""
    return " ".join(sorted(scopes))
