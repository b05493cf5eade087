"""Whether a use of people's likeness is allowed. Pure: deny by default, and name what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from consent.scope.clauses import CLAUSES, Case, Clause
from consent.scope.conditions import CONDITIONS, floor_rule
from consent.scope.model import Depicted, Grant, LawProfile, Scope, Use
from consent.scope.vocabulary import GrantState, Proof

ENGINE = "1"
"""Version of these rules, for the record of every decision."""

Said: TypeAlias = str | int | bool | list["Said"] | None
"""A value of a clause, as it stands in a trace: JSON types only."""


@dataclass(frozen=True)
class Covered:
    """One person, and the one grant that covers the whole use of them."""

    person: str
    grant: str
    version: int


@dataclass(frozen=True)
class Uncovered:
    """One clause that is not covered: what was granted, and what is asked.

    ``grant`` is the one that comes nearest; None where the person granted nothing at all.
    """

    person: str
    grant: str | None
    clause: str
    granted: Said
    asked: Said


@dataclass(frozen=True)
class Allow:
    """Everybody depicted allows it; nobody has to, where nobody real is."""

    trace: tuple[Covered, ...] = ()
    engine: str = ENGINE


@dataclass(frozen=True)
class Deny:
    """Somebody does not allow it, or nobody said who is depicted."""

    trace: tuple[Uncovered, ...]
    engine: str = ENGINE


def decide(
    use: Use, grants: Iterable[Grant], now: datetime, profile: LawProfile | None = None
) -> Allow | Deny:
    """Allow a use where every person in it has one active grant that covers every clause. Two are never added up.

    Of several that do, the trace names the first by its id; of several that do not, the one with the fewest clauses
    missing. So the order of ``grants`` does not matter.
    """
    if use.depicted is None:
        return Deny((Uncovered("", None, "depicted", None, None),))
    profile, kept = profile or LawProfile(), tuple(grants)
    answers = [_answer(use, depicted, kept, now, profile) for depicted in use.depicted]
    missing = [each for answer in answers if isinstance(answer, tuple) for each in answer]
    if missing:
        return Deny(tuple(missing))
    return Allow(tuple(answer for answer in answers if isinstance(answer, Covered)))


def _answer(
    use: Use, depicted: Depicted, grants: tuple[Grant, ...], now: datetime, profile: LawProfile
) -> Covered | tuple[Uncovered, ...]:
    cases = [Case(use, depicted, grant, now, profile) for grant in grants if grant.person == depicted.person]
    if not cases:
        return (_nothing_granted(use, depicted, now, profile),)
    missing, nearest = min(((_missing(case), case) for case in cases), key=_nearness)
    if not missing:
        return Covered(depicted.person, nearest.grant.id, nearest.grant.version)
    return tuple(_uncovered(each, nearest) for each in missing)


def _missing(case: Case) -> tuple[Clause, ...]:
    return tuple(each for each in (*CONDITIONS, *CLAUSES) if not each.covers(case))


def _nearness(answer: tuple[tuple[Clause, ...], Case]) -> tuple[int, str, int]:
    missing, case = answer
    return len(missing), case.grant.id, case.grant.version


def _nothing_granted(use: Use, depicted: Depicted, now: datetime, profile: LawProfile) -> Uncovered:
    """Name the floor where the person could not even grant it; else what would have to be granted first."""
    nothing = Grant("", 0, depicted.person, GrantState.EXPIRED, Proof.CLAIMED, Scope())
    rule = floor_rule(Case(use, depicted, nothing, now, profile))
    if rule is not None:
        return Uncovered(depicted.person, None, "floor", None, rule)
    return Uncovered(depicted.person, None, "grant", None, said(depicted.elements))


def _uncovered(clause: Clause, case: Case) -> Uncovered:
    return Uncovered(
        case.depicted.person, case.grant.id, clause.name, said(clause.granted(case)), said(clause.asked(case))
    )


def said(value: object) -> Said:
    """Return a clause's value in JSON types: sets sorted, times in ISO 8601."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case datetime():
            return value.isoformat()
        case frozenset():
            return [*sorted(str(each) for each in value)]
        case tuple():
            return [said(each) for each in value]
        case _:
            raise TypeError(f"expected a value of a clause, found {type(value).__name__}")
