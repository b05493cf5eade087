"""The sixteen clauses of a grant, each by itself. Pure.

A clause covers a use where what is asked lies within what was granted. A doubt is never covered: the law reads
a disputed clause in favour of the person (Civil Code Art. 1021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consent.scope.model import ANY_CHANNEL, Depicted, Grant, LawProfile, Scope, Use
from consent.scope.vocabulary import Audience, Binding, Ladder


@dataclass(frozen=True)
class Case:
    """One person in one use, beside one of their grants."""

    use: Use
    depicted: Depicted
    grant: Grant
    now: datetime
    profile: LawProfile

    @property
    def scope(self) -> Scope:
        """What the grant grants."""
        return self.grant.scope


@dataclass(frozen=True)
class Clause:
    """One dimension: its code, what was granted of it, what is asked of it, and whether the one covers the other."""

    name: str
    granted: Callable[[Case], Any]
    asked: Callable[[Case], Any]
    covers: Callable[[Case], bool]


def _within(granted: frozenset[Any] | None, asked: frozenset[Any] | None) -> bool:
    """Whether something is asked and all of it was granted."""
    return granted is not None and asked is not None and bool(asked) and asked <= granted


def _at_most(asked: Ladder | int | None, granted: Ladder | int | None) -> bool:
    return asked is not None and granted is not None and _height(asked) <= _height(granted)


def _height(value: Ladder | int) -> int:
    return value.rank if isinstance(value, Ladder) else value


def _reaches_audience(case: Case) -> bool:
    granted, asked = case.scope, case.use
    if not _at_most(asked.audience, granted.audience):
        return False
    if asked.audience is Audience.PRIVATE or granted.audience is Audience.PUBLIC:
        return True
    return _within(granted.recipients, asked.recipients)


def _goes_through_channels(case: Case) -> bool:
    if case.scope.channels == ANY_CHANNEL:
        return bool(case.use.channels)
    return _within(case.scope.channels, case.use.channels)


def _lies_in_time(case: Case) -> bool:
    """Whether the whole use lies in the grant's time, and that has begun and is not over."""
    first, last = case.scope.not_before, case.scope.not_after
    starts_at, ends_at = case.use.starts_at, case.use.ends_at
    if first is None or last is None or starts_at is None or ends_at is None:
        return False
    return first <= starts_at <= ends_at <= last and first <= case.now < last


def _is_left(case: Case) -> bool:
    """Whether enough outputs are left, none of them too long."""
    outputs, seconds = case.use.outputs, case.use.seconds
    if outputs is None or seconds is None or case.scope.outputs is None or outputs < 1 or seconds < 0:
        return False
    return case.grant.consumed + outputs <= case.scope.outputs and _at_most(seconds, case.scope.seconds)


def _bound_content(case: Case) -> str | None:
    """What of the use the grant's binding looks at; empty for the purpose alone, which has a clause of its own."""
    match case.scope.binding:
        case Binding.PURPOSE:
            return ""
        case Binding.THEME:
            return case.use.theme
        case Binding.SCRIPT:
            return case.use.script_sha256
        case Binding.OUTPUT:
            return case.use.output_sha256
        case _:
            return None


def _keeps_to_content(case: Case) -> bool:
    content = _bound_content(case)
    return case.scope.binding is Binding.PURPOSE or (bool(content) and content in case.scope.bound_to)


def _is_for_grantee(case: Case) -> bool:
    if not case.scope.grantee or case.use.grantee != case.scope.grantee:
        return False
    return case.use.is_sublicensed is False or (
        case.use.is_sublicensed is True and case.scope.may_sublicense is True
    )


def _was_previewed(case: Case) -> bool:
    if case.scope.needs_preview is None:
        return False
    seen = case.depicted.approved_output_sha256
    return not case.scope.needs_preview or (bool(seen) and seen == case.use.output_sha256)


def _stays_home(case: Case) -> bool:
    if case.use.goes_abroad is None or case.scope.may_go_abroad is None:
        return False
    return case.scope.may_go_abroad or not case.use.goes_abroad


def _ends_enough(case: Case) -> bool:
    return _at_most(case.scope.withdrawal, case.use.withdrawal) and _at_most(
        case.profile.weakest_withdrawal, case.use.withdrawal
    )


def _strongest(case: Case) -> Ladder | None:
    """What must end, at the least, when the person withdraws: what they want, or the law, whichever is more."""
    granted = case.scope.withdrawal
    return None if granted is None else max(granted, case.profile.weakest_withdrawal, key=_height)


def _left(case: Case) -> int | None:
    """How many outputs are left."""
    return None if case.scope.outputs is None else case.scope.outputs - case.grant.consumed


def _listed(
    name: str,
    granted: Callable[[Case], frozenset[Any] | None],
    asked: Callable[[Case], frozenset[Any] | None],
) -> Clause:
    """Return the clause that covers what is on the list that was granted."""
    return Clause(name, granted, asked, lambda case: _within(granted(case), asked(case)))


CLAUSES: tuple[Clause, ...] = (
    _listed("element", lambda case: case.scope.elements, lambda case: case.depicted.elements),
    _listed("operation", lambda case: case.scope.operations, lambda case: case.depicted.operations),
    _listed("purpose", lambda case: case.scope.purposes, lambda case: case.use.purposes),
    _listed("medium", lambda case: case.scope.media, lambda case: case.use.media),
    Clause(
        "audience",
        lambda case: (case.scope.audience, case.scope.recipients),
        lambda case: (case.use.audience, case.use.recipients),
        _reaches_audience,
    ),
    Clause(
        "channel", lambda case: case.scope.channels, lambda case: case.use.channels, _goes_through_channels
    ),
    _listed("territory", lambda case: case.scope.territories, lambda case: case.use.territories),
    Clause(
        "time",
        lambda case: (case.scope.not_before, case.scope.not_after),
        lambda case: (case.use.starts_at, case.use.ends_at),
        _lies_in_time,
    ),
    Clause(
        "number",
        lambda case: (_left(case), case.scope.seconds),
        lambda case: (case.use.outputs, case.use.seconds),
        _is_left,
    ),
    Clause(
        "money",
        lambda case: case.scope.money,
        lambda case: case.use.money,
        lambda case: _at_most(case.use.money, case.scope.money),
    ),
    Clause(
        "content", lambda case: (case.scope.binding, case.scope.bound_to), _bound_content, _keeps_to_content
    ),
    Clause(
        "grantee",
        lambda case: (case.scope.grantee, case.scope.may_sublicense),
        lambda case: (case.use.grantee, case.use.is_sublicensed),
        _is_for_grantee,
    ),
    Clause(
        "label",
        lambda case: case.scope.label,
        lambda case: case.use.label,
        lambda case: _at_most(case.scope.label, case.use.label),
    ),
    Clause(
        "preview",
        lambda case: case.scope.needs_preview,
        lambda case: case.depicted.approved_output_sha256,
        _was_previewed,
    ),
    Clause("abroad", lambda case: case.scope.may_go_abroad, lambda case: case.use.goes_abroad, _stays_home),
    Clause("withdrawal", _strongest, lambda case: case.use.withdrawal, _ends_enough),
)
"""In the order in which a person reads them."""
