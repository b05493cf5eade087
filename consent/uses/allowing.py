"""Whether what is published is allowed now, whatever anybody else's table says: one query, asked at every file that is given out.

The serving gate and ``records verify --deep`` trust the same answer, so that a row that is put back to *released* opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.prepared import Prepared
from consent.grants.models import Grant
from consent.scope import GrantState
from consent.uses.models import Use
from consent.uses.queries import IN_FORCE, stands
from consent.uses.states import UseState

_FIELDS = (
    "subject",
    "state",
    "live_at",
    "ends_at",
    "cut_off_at",
    "people__position",
    "people__grant",
    "people__grant__state",
    "people__grant__ends_at",
    "people__grant__ended_at",
)


@dataclass(frozen=True)
class Allowance:
    """How a use stands. ``since``: when it went live, or when that ended; None where nobody wrote that down.

    ``rests``: it is not allowed now, and may be again: a grant is only suspended. ``lapsed``: nothing but the time is over, and the
    next sweep takes it down. ``is_blank``: it never was anything but proposed, as one that somebody only looked at.
    """

    is_allowed: bool
    since: datetime | None
    rests: bool = False
    lapsed: bool = False
    is_blank: bool = False


def allowance_of(subject: str, now: datetime) -> Allowance | None:
    """How the use that ``subject`` is (``work:8Z0K3…``) stands; None where nobody said that it shows anybody real."""
    people = [dict(zip(_FIELDS, row, strict=True)) for row in _PEOPLE.rows(subject=subject)]
    return _allowance(people, now) if people else None


def _people(subject: str) -> QuerySet[Use, tuple[Any, ...]]:
    return Use.objects.filter(subject=subject).order_by("people__position").values_list(*_FIELDS)


_PEOPLE = Prepared(_people)


def allowances(subjects: Iterable[str], now: datetime) -> dict[str, Allowance]:
    """How the uses that ``subjects`` are stand, by subject, in one query; another one for each grant that was renewed.

    A use is allowed while it is live, its time is not over, somebody is named in it, and everybody in it has a grant that stands:
    in force or used up, and not over; where it was renewed, the one that renews it.
    """
    rows = Use.objects.filter(subject__in=list(subjects)).order_by("subject", "people__position")
    each = groupby(rows.values(*_FIELDS).iterator(), key=lambda row: str(row["subject"]))
    return {subject: _allowance(list(people), now) for subject, people in each}


def people_allowing(subject: str, now: datetime) -> frozenset[int]:
    """The accounts of those whose grants in the use that ``subject`` is stand now."""
    rows = Use.objects.filter(subject=subject).values(*_FIELDS, "people__grant__person")
    return frozenset(
        row["people__grant__person"] for row in rows if row["people__grant"] and _stands(row, now)
    )


def _allowance(people: list[dict[str, Any]], now: datetime) -> Allowance:
    use = people[0]
    over = list(_ends(people, now))
    if use["state"] == UseState.LIVE and not over:
        return Allowance(is_allowed=True, since=use["live_at"])
    rests = use["state"] in (UseState.LIVE, UseState.CUT_OFF) and any(
        each["people__grant__state"] == GrantState.SUSPENDED for each in people
    )
    lapsed = use["state"] == UseState.LIVE and all(
        each["people__grant__state"] in IN_FORCE for each in people
    )
    is_blank = use["state"] == UseState.PROPOSED and use["live_at"] is None
    times = [at for at in (use["cut_off_at"], *over) if at is not None]
    return Allowance(
        is_allowed=False, since=min(times, default=None), rests=rests, lapsed=lapsed, is_blank=is_blank
    )


def _ends(people: list[dict[str, Any]], now: datetime) -> Iterator[datetime | None]:
    """When whatever of a use is over ended; None where the rows do not say."""
    if (ends_at := people[0]["ends_at"]) is not None and ends_at <= now:
        yield ends_at
    for each in people:
        if not _stands(each, now):
            yield each["people__grant__ended_at"] or _passed(each["people__grant__ends_at"], now)


def _stands(row: dict[str, Any], now: datetime) -> bool:
    """Whether the grant of one person stands. Who granted nothing does not allow it."""
    state, ends_at = row["people__grant__state"], row["people__grant__ends_at"]
    if state == GrantState.SUPERSEDED:
        return _is_renewed(row["people__grant"], now)
    return state in IN_FORCE and now < ends_at


def _is_renewed(grant: UUID, now: datetime) -> bool:
    return stands(Grant.objects.get(pk=grant), now)


def _passed(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at <= now else None
