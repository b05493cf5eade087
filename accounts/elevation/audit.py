"""Whether the tables of openings say what the log says: no look and no opening was added, hidden or made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.records import deep
from accounts.records.deep import Mismatch

LAST_RECORDS: dict[ElevationState, str] = {
    ElevationState.REFUSED: "access.refused",
    ElevationState.CANCELLED: "access.cancelled",
    ElevationState.CLOSED: "access.closed",
}
"""The record that each of these states rests on."""


@dataclass(frozen=True)
class Counts:
    """Of a page of requests: how often the log tells what of each, and how many openings and looks of each are in the tables."""

    told: Counter[tuple[str, str]]
    opened: Counter[Any]
    looks: Counter[Any]


def mismatches() -> Iterator[Mismatch]:
    """Every request whose openings, looks or end are not as the log tells."""
    for page in deep.pages(Elevation.objects.all()):
        counts = _counts(page)
        for elevation in page:
            for code, sentence in _wrong_with(elevation, counts):
                yield Mismatch(elevation.log_subject, code, sentence)


def _counts(page: list[Elevation]) -> Counts:
    opened = ConcernedPerson.objects.filter(elevation__in=page, is_opened=True)
    looks = Viewing.objects.filter(concerned__elevation__in=page)
    return Counts(
        told=deep.told_of([each.log_subject for each in page]),
        opened=Counter(opened.values_list("elevation", flat=True)),
        looks=Counter(looks.values_list("concerned__elevation", flat=True)),
    )


def _wrong_with(elevation: Elevation, counts: Counts) -> Iterator[tuple[str, str]]:
    def recorded(kind: str) -> int:
        return counts.told[elevation.log_subject, kind]

    if not recorded("access.asked"):
        yield "elevation_unrecorded", "No record tells that it was asked for."
    if recorded("access.opened") != counts.opened[elevation.pk]:
        yield "elevation_opened", "The log tells of other openings than the table."
    if recorded("access.viewed") != counts.looks[elevation.pk]:
        yield "elevation_viewed", "The log tells of other looks than the table."
    last = LAST_RECORDS.get(ElevationState(elevation.state))
    if last is not None and not recorded(last):
        yield "elevation_state", "The log tells of another end."
