"""From a file or a number to a work and the number of whoever made it. To a name it goes no further: that takes an elevation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.records import log
from marking.verification.report import Layer
from marking.works import numbers
from marking.works.models import Work

if TYPE_CHECKING:
    from accounts.users.models import User
    from marking.verification.report import Report


class Start(StrEnum):
    """What a trace begins with."""

    FILE = "file"
    NUMBER = "number"


@dataclass(frozen=True)
class Trace:
    """Where it leads. ``layers``: the marks of a file that name the work, none where its number was typed."""

    work: Work
    layers: tuple[Layer, ...] = ()

    @property
    def producer_id(self) -> str:
        """The number of whoever made the work."""
        return self.work.owner.producer_id

    @property
    def about(self) -> str:
        """The work as a request to open an identity names it."""
        return f"work:{self.work.code}"


def trace_file(*, by: User, report: Report, now: datetime | None = None) -> Trace | None:
    """The work that an examined file comes from, as far as verification proves it; None where it proves none."""
    here = report.marked_here
    work = work_of_number(here.work) if here else None
    if here is None or work is None:
        return None
    layers = tuple(each.layer for each in report.evidence if each.facts.get("work") == here.work)
    _record(by, work, Start.FILE, now)
    return Trace(work, layers)


def trace_number(*, by: User, number: str, now: datetime | None = None) -> Trace | None:
    """The work of a number as somebody wrote it down; None where there is none that was ever released."""
    work = work_of_number(number)
    if work is None:
        return None
    _record(by, work, Start.NUMBER, now)
    return Trace(work)


def work_of_number(number: str) -> Work | None:
    """The work of ``number`` if it was ever released, deleted or not."""
    try:
        found = Work.objects.filter(number=numbers.read(number), released_at__isnull=False)
    except ValueError:
        return None
    return found.select_related("owner").first()


def _record(by: User, work: Work, start: Start, now: datetime | None) -> None:
    """Write down that it was traced. Of the file nothing is kept, its fingerprint neither."""
    with transaction.atomic():
        body = {"from": start.value}
        log.append(
            kind="work.traced", subject=f"work:{work.code}", body=body, by=by, now=now or timezone.now()
        )
