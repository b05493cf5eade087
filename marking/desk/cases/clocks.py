"""The published times within which a case is answered. Pure.

No law names a number for complaints about synthetic media: Deep Synthesis Provisions Art. 12 has the operator publish
one and keep it. Only intimate images have a limit of their own, 48 hours (TAKE IT DOWN Act, section 3(a)(3)). Hours run
through nights and holidays, so that a clock needs no calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from marking.desk.cases.kinds import CLOCKS, Clock, Kind

DEFAULT_HOURS = "urgent:48,prompt:72,ordinary:360,feedback:720"
"""Two days, three days, fifteen days, thirty days."""
MOST_HOURS = 90 * 24
MOST_URGENT_HOURS = 48
"""TAKE IT DOWN Act, section 3(a)(3)."""

Hours = Mapping[Clock, int]


def read_hours(text: str) -> Hours:
    """The hours of every clock, from text such as :data:`DEFAULT_HOURS`. Raises ValueError for anything else."""
    hours: dict[Clock, int] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition(":")
        if name not in set(Clock) or Clock(name) in hours:
            raise ValueError(
                f"expected each of {', '.join(Clock)} once, with its hours, as in {DEFAULT_HOURS}"
            )
        hours[Clock(name)] = _read_number(name, number)
    if missing := set(Clock) - set(hours):
        raise ValueError(f"expected hours for {', '.join(sorted(missing))} as well")
    return hours


def hours_for(kind: Kind, hours: Hours) -> int:
    """Within how many hours a case of this kind is answered."""
    return hours[CLOCKS[kind]]


def due_at(kind: Kind, started_at: datetime, hours: Hours) -> datetime:
    """When the answer to a case is due whose clock started at an aware time, in UTC: hours as they pass, whatever clocks on walls do."""
    return started_at.astimezone(UTC) + timedelta(hours=hours_for(kind, hours))


def started_at(kind: Kind, due: datetime, hours: Hours) -> datetime:
    """When a clock started that runs out at an aware time, less what it stood still, in UTC."""
    return due.astimezone(UTC) - timedelta(hours=hours_for(kind, hours))


def _read_number(name: str, number: str) -> int:
    most = MOST_URGENT_HOURS if name == Clock.URGENT else MOST_HOURS
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= most:
        raise ValueError(f"expected {name}: to have a whole number of hours from 1 to {most}")
    return int(number)
