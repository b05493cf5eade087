"""What birthdays do to grants: what a guardian agreed to, or a minor, rests until the person agrees anew (PIPL Art. 31)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.identity.ages import band_of
from accounts.refusals import Refusal
from consent import clock
from consent.grants.models import Grant, Suspension
from consent.grants.states import STANDING
from consent.scope import ADULT_AGE, GUARDIAN_AGE, GrantState
from consent.withdrawal.suspension import suspend

THRESHOLDS = (GUARDIAN_AGE, ADULT_AGE)
OLDEST = ADULT_AGE + 5


def sweep(*, now: datetime | None = None) -> int:
    """Suspend every standing grant of somebody who has turned 14 or 18 since they gave it; return how many. Safe to run twice.

    Nothing waits for it to be safe where a guardian gave the grant: the scope engine hears a guardian for a child alone.
    """
    now = clock.now(now)
    done = 0
    for grant in _crossed(now):
        try:
            suspend(grant, Suspension.BIRTHDAY, by=None, now=now)
        except Refusal:  # it ended meanwhile
            continue
        done += 1
    return done


def _crossed(now: datetime) -> Iterator[Grant]:
    """Grants under which a birthday lies. One that lasts five years at most was given before the age of 23."""
    standing = Grant.objects.filter(state__in=STANDING - {GrantState.SUSPENDED}).select_related("person")
    ages: dict[int, int | None] = {}
    for grant in standing.iterator():
        if grant.person_id not in ages:
            ages[grant.person_id] = band_of(grant.person, now)
        years = ages[grant.person_id]
        if years is not None and years < OLDEST and _crosses(band_of(grant.person, grant.given_at), years):
            yield grant


def _crosses(then: int | None, years: int) -> bool:
    return then is not None and any(then < threshold <= years for threshold in THRESHOLDS)
