"""What can be decided in a case, and what of it takes two people. Pure."""

from __future__ import annotations

from enum import StrEnum

from marking.desk.cases.kinds import Kind


class Action(StrEnum):
    """What can be decided in a case."""

    ANSWER = "answer"
    REJECT = "reject"
    TAKE_DOWN = "take_down"
    LIFT = "lift"
    RELEASE = "release"


ALWAYS = frozenset({Action.LIFT, Action.RELEASE})
"""Overturning what was decided, and giving out what an order asks for."""
KINDS = frozenset({Kind.MINOR, Kind.AUTHORITY_ORDER})
"""Kinds of case in which everything takes two."""


def needs_two(kind: Kind, action: Action, *, is_political: bool) -> bool:
    """Whether ``action`` in a case of ``kind`` takes two people; political speech always does. (To close an account does as well: that
    is for the room that closes them.)"""
    return is_political or action in ALWAYS or kind in KINDS
