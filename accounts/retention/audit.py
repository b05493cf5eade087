"""Whether every body that was emptied was old enough for the law, and every hold is as the log tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from accounts.records.deep import Mismatch, opened
from accounts.records.models import Record
from accounts.records.shredding import shredded
from accounts.retention.classes import class_of
from accounts.retention.models import LegalHold
from accounts.retention.months import months_before

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

_PAGE = 400
_PASSING = {"hold.lift_asked", "hold.kept"}
"""Steps of which the table keeps nothing."""


def mismatches() -> Iterator[Mismatch]:
    """Bodies of a class that is kept for good, or that were emptied before the floor of their class."""
    emptied = shredded()
    numbers = sorted(emptied)
    for start in range(0, len(numbers), _PAGE):
        for record in Record.objects.filter(sequence__in=numbers[start : start + _PAGE]).order_by("sequence"):
            kept, at = class_of(record.kind), emptied[record.sequence][1]
            if kept is None:
                yield Mismatch(
                    record.subject,
                    "emptied_for_no_reason",
                    f"Record {record.sequence} is of a kind that is kept for good.",
                )
            elif record.at >= months_before(at, kept.floor):
                yield Mismatch(
                    record.subject,
                    "emptied_early",
                    f"Record {record.sequence} was emptied before {kept.floor} months.",
                )


def changed_holds() -> Iterator[Mismatch]:
    """Holds that were taken out of the table or put there past the log, and such as were moved past it."""
    holds = {each.log_subject: each for each in LegalHold.objects.iterator(_PAGE)}
    steps, ends = _told_of_holds()
    for subject in sorted(steps.keys() - holds.keys()):
        yield Mismatch(subject, "hold_missing", "The log tells of a hold that is not in the table.")
    for subject, hold in sorted(holds.items()):
        if _steps_of(hold) != steps.get(subject, set()) - _PASSING:
            yield Mismatch(subject, "hold_state", "The log tells of other steps of this hold than the table.")
        elif ends.get(subject, hold.ends_at.isoformat()) != hold.ends_at.isoformat():
            yield Mismatch(subject, "hold_state", "The log tells of another end of this hold than the table.")


def _told_of_holds() -> tuple[dict[str, set[str]], dict[str, JSON]]:
    """The kinds of each hold's records, and the end that the last of them told. Of what was set before holds ended, none is told."""
    steps: dict[str, set[str]] = {}
    ends: dict[str, JSON] = {}
    written = Record.objects.filter(kind__startswith="hold.").select_related("body__person_key")
    for record in written.order_by("sequence").iterator(_PAGE):
        steps.setdefault(record.subject, set()).add(record.kind)
        if (end := (opened(record) or {}).get("ends_at")) is not None:
            ends[record.subject] = end
    return steps, ends


def _steps_of(hold: LegalHold) -> set[str]:
    """The kinds of records that a row asks for."""
    times = {
        "hold.proposal_withdrawn": hold.withdrawn_at,
        "hold.declined": hold.declined_at,
        "hold.confirmed": hold.confirmed_at,
        "hold.lifted": hold.lifted_at,
    }
    return {"hold.proposed", *(kind for kind, at in times.items() if at)}
