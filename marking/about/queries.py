"""Reading what the public is told: agreements, and figures from the log's look-up columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Max, Min
from django.db.models.functions import ExtractMonth

from accounts.records.models import Record
from accounts.users.models import Agreement
from marking.about.figures import Counts, Year, counted


@dataclass(frozen=True)
class Figures:
    """What the log holds of a year, up to now: counts by kind and month, and the numbers of its first and last record."""

    year: int
    first: int
    last: int
    counts: Counts


def figures_of(year: Year) -> Figures:
    """Count the events of a year in UTC; zeros and no kinds where there are none."""
    records = Record.objects.filter(at__gte=year.begin, at__lt=year.end)
    found = records.values_list("kind", ExtractMonth("at", tzinfo=UTC)).annotate(number=Count("sequence"))
    span = records.aggregate(first=Min("sequence"), last=Max("sequence"))
    return Figures(year.number, span["first"] or 0, span["last"] or 0, counted(found.order_by()))


def years(now: datetime) -> Iterator[int]:
    """The years of which there are records, newest first; at least the present one."""
    newest = now.astimezone(UTC).year
    first = Record.objects.order_by("sequence").values_list("at", flat=True).first()
    yield from range(newest, min(newest, first.astimezone(UTC).year if first else newest) - 1, -1)


def agreements() -> list[Agreement]:
    """All versions of the user agreement, newest first."""
    return list(Agreement.objects.order_by("-version"))
