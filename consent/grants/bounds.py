"""How far a scope may go at all, whatever a person would sign. Pure."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from consent.scope import Operation, Purpose, Scope

DEFAULT_TERM = timedelta(days=365)
LONGEST_TERM = timedelta(days=3652)
"""Ten years."""
LONGEST_TERM_OF_MINORS = timedelta(days=1826)
"""Five years."""
COOLING = timedelta(hours=24)
_COOLED_PURPOSES = frozenset({Purpose.ADVERTISING, Purpose.POLITICAL})


def unsaid(scope: Scope) -> tuple[str, ...]:
    """Return the clauses that ``scope`` leaves open, by field. None may be: a doubt is the person's."""
    open_fields = [each.name for each in fields(scope) if getattr(scope, each.name) is None]
    empty = [
        name
        for name in ("elements", "operations", "purposes", "media", "channels", "territories")
        if getattr(scope, name) == frozenset()
    ]
    return (*open_fields, *empty)


def is_within_term(scope: Scope, now: datetime) -> bool:
    """Whether the grant ends, after now and after it begins, and at most ten years after that."""
    first, last = scope.not_before, scope.not_after
    return first is not None and last is not None and now < last and first < last <= first + LONGEST_TERM


def is_within_childhood(scope: Scope, eighteenth_birthday: datetime) -> bool:
    """Whether what was granted of a minor ends within five years, and no later than they come of age."""
    first, last = scope.not_before, scope.not_after
    if first is None or last is None:
        return False
    return last <= min(first + LONGEST_TERM_OF_MINORS, eighteenth_birthday)


def cools(scope: Scope) -> bool:
    """Whether the grant comes into force only a day after it was given: advertising, politics, interactive avatars."""
    purposes, operations = scope.purposes or frozenset(), scope.operations or frozenset()
    return bool(purposes & _COOLED_PURPOSES) or Operation.INTERACTIVE_AVATAR in operations
