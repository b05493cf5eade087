"""Emptying rows and files whose time is over, class by class, but for what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.records import log
from accounts.retention.contents import Content, Row, all_contents
from accounts.retention.holds import held_subjects
from accounts.retention.months import months_before

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

KIND = "retention.emptied"
AT_ONCE = 200
"""Rows emptied in one transaction, under one record."""
MOST = 5000
"""Rows of one content that are emptied in one run; what is left waits for the next."""


@dataclass
class Emptied:
    """What one content let go of. ``emptied``: rows; ``held``: rows that are due and held."""

    name: str
    before: datetime
    emptied: int = 0
    held: int = 0

    def as_dict(self) -> dict[str, JSON]:
        """For the command."""
        return {
            "content": self.name,
            "before": self.before.isoformat(),
            "emptied": self.emptied,
            "held": self.held,
        }


def run(*, is_dry: bool = False, now: datetime | None = None) -> list[Emptied]:
    """Empty what is due, at most :data:`MOST` rows of each content, and record it in the same transactions; with ``is_dry`` only count.

    Safe to run twice, also at the same time, and after it was broken off.
    """
    now = now or timezone.now()
    return [_empty_due(each, is_dry=is_dry, now=now) for each in all_contents()]


def months_of(content: Content) -> int:
    """How many months after the end its rows keep what they hold: never less than the law's, whatever is set."""
    kept = content.retention_class
    return max(settings.ENVIRONMENT["YINJI_RETENTION_MONTHS"][kept.name], kept.floor)


def _empty_due(content: Content, *, is_dry: bool, now: datetime) -> Emptied:
    told = Emptied(content.name, months_before(now, months_of(content)))
    held = held_subjects(now)
    due = content.due(told.before)
    last = None
    while told.emptied < MOST or is_dry:
        page = list((due.filter(pk__gt=last) if last is not None else due)[:AT_ONCE])
        if not page:
            break
        last = page[-1].pk
        free = [each.pk for each in page if held.isdisjoint(content.keepers(each))]
        told.held += len(page) - len(free)
        told.emptied += len(free) if is_dry or not free else _empty(content, free, told.before, now)
    return told


def _empty(content: Content, keys: list[Row], before: datetime, now: datetime) -> int:
    """Empty those of ``keys`` that nobody else emptied meanwhile; count them."""
    with transaction.atomic():
        rows = list(content.due(before).filter(pk__in=keys).select_for_update(of=("self",)))
        if not rows:
            return 0
        content.empty(rows, now)
        body: dict[str, JSON] = {
            "content": content.name,
            "class": content.kept,
            "months": months_of(content),
            "before": before.isoformat(),
            "count": len(rows),
            "rows": [content.called(each) for each in rows],
        }
        log.append(kind=KIND, subject=f"content:{content.name}", body=body, by=None, now=now)
    return len(rows)
