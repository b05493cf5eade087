"""Emptying rows and files whose time is over, class by class, but for what is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.records import log
from accounts.retention import turns
from accounts.retention.classes import RetentionClass
from accounts.retention.contents import Content, all_contents
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


def run(*, is_dry: bool = False, now: datetime | None = None, most: int = MOST) -> list[Emptied]:
    """Empty what is due, at most ``most`` rows of each content, and record it in the same transactions; with ``is_dry`` only count.

    Safe to run twice, also at the same time, and after it was broken off.
    """
    now = now or timezone.now()
    return [_empty_due(each, now, 0 if is_dry else most, is_dry=is_dry) for each in all_contents()]


def months_of(kept: RetentionClass) -> int:
    """How many months after the end something of this class is kept: never less than the law's, whatever is set."""
    return max(int(settings.ENVIRONMENT["YINJI_RETENTION_MONTHS"][kept.name]), kept.floor)


def _empty_due(content: Content, now: datetime, most: int, *, is_dry: bool) -> Emptied:
    told = Emptied(content.name, months_before(now, months_of(content.retention_class)))
    for free in _free_pages(content, told, held_subjects(now)):
        if is_dry:
            told.emptied += len(free)
            continue
        told.emptied += _empty(content, free[: most - told.emptied], told.before, now)
        if told.emptied >= most:
            break
    return told


def _free_pages(content: Content, told: Emptied, held: frozenset[str]) -> Iterator[list[Any]]:
    """The keys of rows that are due and that nothing holds, page by page; the others are counted in ``told``."""
    due = content.due(told.before)
    page = list(due[:AT_ONCE])
    while page:
        free = [each.pk for each in page if held.isdisjoint(content.keepers(each))]
        told.held += len(page) - len(free)
        yield free
        page = list(due.filter(pk__gt=page[-1].pk)[:AT_ONCE])


def _empty(content: Content, keys: list[Any], before: datetime, now: datetime) -> int:
    """Empty those of ``keys`` that nobody else emptied or held meanwhile; count them."""
    with transaction.atomic():
        turns.to_erase()
        # Locked first and then asked: what somebody committed while this waited for a lock is seen by a new statement only.
        locked = content.model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
        due = content.due(before).filter(pk__in=[each.pk for each in locked])
        held = held_subjects(now)
        rows = [each for each in due if held.isdisjoint(content.keepers(each))]
        if not rows:
            return 0
        content.empty(rows, now)
        body: dict[str, JSON] = {
            "content": content.name,
            "class": content.kept,
            "months": months_of(content.retention_class),
            "before": before.isoformat(),
            "count": len(rows),
            "rows": [content.called(each) for each in rows],
        }
        log.append(kind=KIND, subject=f"content:{content.name}", body=body, by=None, now=now)
    return len(rows)
