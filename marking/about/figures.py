"""How often what happened, by month, from entries of the log alone: anybody who holds the entries counts the same. Pure.

``verify.py --figures`` in an export of a period does the same with the standard library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

MONTHS = 12

Counts = dict[str, list[int]]
"""For each kind of event its twelve counts, January first."""


@dataclass(frozen=True)
class Year:
    """The first moment of a calendar year in UTC, and the first after it: what the log's times are written in."""

    number: int

    @property
    def begin(self) -> datetime:
        return datetime(self.number, 1, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return datetime(self.number + 1, 1, 1, tzinfo=UTC)


def counted(events: Iterable[tuple[str, int, int]]) -> Counts:
    """Counts from triples of kind, month (1 to 12) and how many; the same kind and month may come twice."""
    found: dict[str, Counter[int]] = {}
    for kind, month, number in events:
        found.setdefault(kind, Counter())[month] += number
    return {kind: [found[kind][month] for month in range(1, MONTHS + 1)] for kind in sorted(found)}
