"""Whether the tables of openings say what the log says: no look and no opening was added, hidden or made up."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.records.deep import Mismatch
from accounts.records.models import Record

LAST_RECORDS: dict[ElevationState, str] = {
    ElevationState.REFUSED: "access.refused",
    ElevationState.CANCELLED: "access.cancelled",
    ElevationState.CLOSED: "access.closed",
}
"""The record that each of these states rests on."""
PAGE = 500


def mismatches() -> Iterator[Mismatch]:
    """Every request whose openings, looks or end are not as the log tells."""
    for elevation in Elevation.objects.iterator(PAGE):
        for code, sentence in _wrong_with(elevation):
            yield Mismatch(elevation.log_subject, code, sentence)


def _wrong_with(elevation: Elevation) -> Iterator[tuple[str, str]]:
    if not _recorded(elevation, "access.asked"):
        yield "elevation_unrecorded", "No record tells that it was asked for."
    opened = ConcernedPerson.objects.filter(elevation=elevation, is_opened=True).count()
    if _recorded(elevation, "access.opened") != opened:
        yield "elevation_opened", "The log tells of other openings than the table."
    looks = Viewing.objects.filter(concerned__elevation=elevation).count()
    if _recorded(elevation, "access.viewed") != looks:
        yield "elevation_viewed", "The log tells of other looks than the table."
    last = LAST_RECORDS.get(ElevationState(elevation.state))
    if last is not None and not _recorded(elevation, last):
        yield "elevation_state", "The log tells of another end."


def _recorded(elevation: Elevation, kind: str) -> int:
    return Record.objects.filter(subject=elevation.log_subject, kind=kind).count()
