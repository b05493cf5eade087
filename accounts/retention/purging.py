"""Emptying the bodies of records whose time is over, class by class, but for what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.records import shredding
from accounts.records.models import Record
from accounts.retention import turns
from accounts.retention.classes import CLASSES, RetentionClass
from accounts.retention.holds import held_subjects
from accounts.retention.months import months_before

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

PAGE = shredding.MOST_AT_ONCE

Ends: TypeAlias = Callable[[Iterable[str]], Mapping[str, datetime]]
"""When each of some subjects came to its end; what goes on is left out."""
_ends: dict[str, Ends] = {}


def register(prefix: str, ends: Ends) -> None:
    """Let a room say when its subjects ``prefix…`` (``grant:``) came to their end."""
    _ends[prefix] = ends


@dataclass
class Purged:
    """What one class let go of. ``emptied``: bodies, ``up_to``: the last one's number, ``held``: bodies that are due and held."""

    name: str
    before: datetime
    emptied: int = 0
    up_to: int = 0
    held: int = 0
    sequences: list[int] = field(default_factory=list, repr=False)

    def as_dict(self) -> dict[str, JSON]:
        """For the command."""
        return {
            "class": self.name,
            "before": self.before.isoformat(),
            "emptied": self.emptied,
            "up_to": self.up_to,
            "held": self.held,
        }


def run(*, is_dry: bool = False, now: datetime | None = None) -> list[Purged]:
    """Empty what is due, and record it in the same transactions; with ``is_dry`` only count. Safe to run twice."""
    now = now or timezone.now()
    return [_purge(each, is_dry=is_dry, now=now) for each in CLASSES]


def _purge(kept: RetentionClass, *, is_dry: bool, now: datetime) -> Purged:
    months = max(settings.ENVIRONMENT["YINJI_RETENTION_MONTHS"][kept.name], kept.floor)
    purged = Purged(kept.name, months_before(now, months))
    held = held_subjects(now)
    after = 0
    while page := list(_old(kept, purged.before).filter(sequence__gt=after)[:PAGE]):
        after = page[-1].sequence
        due = _due(kept, page, purged.before)
        with transaction.atomic():
            if not is_dry:
                turns.to_erase()
                held = held_subjects(now)
            free = [each.sequence for each in due if not _is_held(each, held)]
            if free and not is_dry:
                why: dict[str, JSON] = {
                    "class": kept.name,
                    "months": months,
                    "before": purged.before.isoformat(),
                }
                shredding.shred(free, why=why, by=None, now=now)
        purged.held += len(due) - len(free)
        purged.emptied += len(free)
        purged.up_to = max([purged.up_to, *free])
    return purged


def _old(kept: RetentionClass, before: datetime) -> QuerySet[Record]:
    """Records of a class that were written before, and are not emptied."""
    kinds = reduce(or_, (Q(kind__startswith=prefix) for prefix in kept.prefixes))
    old = Record.objects.filter(kinds, at__lt=before, shredded__isnull=True)
    return old.select_related("body__person_key__user").order_by("sequence")


def _due(kept: RetentionClass, page: list[Record], before: datetime) -> list[Record]:
    """Those of ``page`` whose matter ended before; where time runs from the writing, all of them."""
    if not kept.ends_first:
        return page
    subjects = {each.subject for each in page}
    ended: dict[str, datetime] = {}
    for prefix, ends in _ends.items():
        ended |= ends([each for each in subjects if each.startswith(prefix)])
    return [each for each in page if each.subject in ended and ended[each.subject] < before]


def _is_held(record: Record, held: frozenset[str]) -> bool:
    key = record.body.person_key
    about = {record.subject, *([f"user:{key.user.producer_id}"] if key else [])}
    return not about.isdisjoint(held)
