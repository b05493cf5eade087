"""How the clock of each kind of case runs: what starts and pauses it, when it warns, and what happens when it runs out. Pure.

How many hours it has is a setting (:mod:`marking.desk.cases.clocks`); all else is data here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from marking.desk.cases.kinds import Kind

LEAD = timedelta(hours=1)
"""How long before its limit an action at expiry is taken: the law has it done *within* the hours, and the desk's sweep comes once a minute."""
MOST_PAUSED = timedelta(days=14)
"""After this a paused clock runs on by itself."""


class Start(StrEnum):
    """What starts a clock."""

    RECEIVED = "received"
    VALID = "valid"


class Pause(StrEnum):
    """For what a clock may stand still."""

    COMPLAINANT = "complainant"
    AUTHORITY = "authority"
    COURT = "court"


class AtExpiry(StrEnum):
    """What happens when nobody decided in time. The case is marked overdue in any case."""

    NOTHING = "nothing"
    ACCESS_OFF = "access_off"


class Part(StrEnum):
    """What a notice may have to hold before it counts (TAKE IT DOWN Act, section 3(a)(1)(B))."""

    LOCATION = "location"
    CONTACT = "contact"
    GOOD_FAITH = "good_faith"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Profile:
    """One clock. ``warnings``: shares of its time after which it warns, rising, each above 0 and below 1."""

    start: Start = Start.RECEIVED
    asks_for: tuple[Part, ...] = ()
    pauses: frozenset[Pause] = frozenset(Pause)
    warnings: tuple[float, ...] = (0.75,)
    at_expiry: AtExpiry = AtExpiry.NOTHING


_PLAIN = Profile()
_UNPAUSED = Profile(pauses=frozenset(), warnings=(0.5, 0.75, 0.9))
PROFILES: Mapping[Kind, Profile] = {
    Kind.TOOL_FEEDBACK: _PLAIN,
    Kind.NO_CONSENT: _PLAIN,
    Kind.CONSENT_WITHDRAWN: _PLAIN,
    Kind.INTIMATE_IMAGE: Profile(
        start=Start.VALID,
        asks_for=tuple(Part),
        pauses=frozenset(),
        warnings=(0.5, 0.75, 0.9),
        at_expiry=AtExpiry.ACCESS_OFF,
    ),
    Kind.MINOR: _UNPAUSED,
    Kind.IMPERSONATION: _PLAIN,
    Kind.FALSE_INFORMATION: _PLAIN,
    Kind.LABEL: _PLAIN,
    Kind.PRIVACY: _PLAIN,
    Kind.COPYRIGHT: _PLAIN,
    Kind.DATA_RIGHTS: Profile(asks_for=(Part.CONTACT,), start=Start.VALID),
    Kind.OTHER: _PLAIN,
    Kind.AUTHORITY_ORDER: _UNPAUSED,
    Kind.APPEAL: _PLAIN,
}
"""The clock of each kind."""
STARTING_LATER = frozenset(kind for kind, each in PROFILES.items() if each.start is Start.VALID)
"""Kinds whose clock stands until the notice is complete."""


def missing(kind: Kind, given: frozenset[Part]) -> tuple[Part, ...]:
    """What a notice of ``kind`` still lacks, in the order in which it is asked for."""
    return tuple(part for part in PROFILES[kind].asks_for if part not in given)


def acts_at(kind: Kind, due: datetime) -> datetime | None:
    """When the action of a clock is taken that runs out at ``due``; None where it has none."""
    return due - LEAD if PROFILES[kind].at_expiry is AtExpiry.ACCESS_OFF else None


def warns_at(kind: Kind, started: datetime, due: datetime, told: int) -> datetime | None:
    """When a clock warns next that has warned ``told`` times; None where it has no warning left. Aware times; answered in UTC."""
    shares = PROFILES[kind].warnings
    if told >= len(shares):
        return None
    return (started.astimezone(UTC) + (due - started) * shares[told]).astimezone(UTC)
