"""Once a week, all who may approve are told what was asked for, opened and looked at. Nobody can switch it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.access.permissions import Permission
from accounts.elevation.holders import holders_of
from accounts.elevation.kinds import ELEVATION_DIGEST
from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.notices.services import notify
from accounts.records import log
from accounts.records.models import Record

KIND = "access.digest_sent"


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on (ISO 8601), and what happened in them."""

    first: date
    asked: int
    opened: int
    views: int
    persons: int
    gagged: int

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.first + timedelta(days=6)


def send_digest(*, now: datetime | None = None) -> bool:
    """Tell of the last whole week, once; False where that was done. Safe to call at any time, and twice."""
    now = now or timezone.now()
    week = week_before(now)
    subject = f"week:{week.first.strftime('%G-W%V')}"
    with transaction.atomic():
        if Record.objects.filter(kind=KIND, subject=subject).exists():
            return False
        figures = {name: getattr(week, name) for name in ("asked", "opened", "views", "persons", "gagged")}
        log.append(kind=KIND, subject=subject, body=figures, by=None, now=now)
        said = {"first": week.first.isoformat(), "last": week.last.isoformat()}
        params = said | {name: str(count) for name, count in figures.items()}
        for approver in holders_of(Permission.APPROVE_ELEVATION):
            notify(user=approver, kind=ELEVATION_DIGEST.code, subject=subject, params=params, now=now)
    return True


def week_before(now: datetime) -> Week:
    """The last week that is over at ``now``, in the site's time zone, and its figures."""
    today = timezone.localdate(now)
    first = today - timedelta(days=today.weekday() + 7)
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    span = (start, start + timedelta(days=7))
    views = Viewing.objects.filter(at__gte=span[0], at__lt=span[1])
    closed = Elevation.objects.filter(state=ElevationState.CLOSED, told_at__isnull=True)
    return Week(
        first=first,
        asked=Elevation.objects.filter(asked_at__gte=span[0], asked_at__lt=span[1]).count(),
        opened=Elevation.objects.filter(opened_at__gte=span[0], opened_at__lt=span[1]).count(),
        views=views.count(),
        persons=ConcernedPerson.objects.filter(viewings__in=views).values("person").distinct().count(),
        gagged=closed.filter(gag_until__isnull=False).count(),
    )
