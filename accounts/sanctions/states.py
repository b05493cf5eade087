"""The ladder of measures against an account, and the life of each. Pure.

Deep Synthesis Provisions Art. 10: warn, limit functions, suspend the service, close the account.
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """The rungs, from the mildest up. The database constraints name the same words."""

    WARN = "warn"
    LIMIT = "limit"
    SUSPEND = "suspend"
    CLOSE = "close"


class Function(StrEnum):
    """What an account can be kept from, each by itself."""

    GENERATE = "generate"
    FACE_EDIT = "face_edit"
    VOICE_EDIT = "voice_edit"
    PUBLISH = "publish"
    DOWNLOAD = "download"
    REQUEST_CONSENT = "request_consent"


class SanctionState(StrEnum):
    """Of a sanction. That its time is over is no state of its own: the clock alone ends it."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"
    LIFTED = "lifted"


TRANSITIONS: dict[SanctionState, frozenset[SanctionState]] = {
    SanctionState.PROPOSED: frozenset(
        {SanctionState.IN_FORCE, SanctionState.DECLINED, SanctionState.WITHDRAWN}
    ),
    SanctionState.DECLINED: frozenset(),
    SanctionState.WITHDRAWN: frozenset(),
    SanctionState.IN_FORCE: frozenset({SanctionState.LIFTED}),
    SanctionState.LIFTED: frozenset(),
}

SHUTTING = frozenset({Step.SUSPEND, Step.CLOSE})
"""Rungs on which an account may do nothing but look after its own rights."""


def write_functions(functions: frozenset[Function]) -> str:
    """``",download,publish,"``: each name between commas, so that the database can look for one; "" for none."""
    return f",{','.join(sorted(functions))}," if functions else ""


def read_functions(text: str) -> frozenset[Function]:
    """What :func:`write_functions` wrote. Raises ValueError for any other word."""
    return frozenset(Function(each) for each in text.split(",") if each)
