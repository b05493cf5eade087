"""Whether works are in the state and have the files that the log tells, and what is released is what the people shown allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.records import deep
from accounts.records.deep import Mismatch
from accounts.records.models import Record
from consent.uses.allowing import Allowance, allowances
from marking.works.gate import is_allowed_by, subject_of
from marking.works.models import Work
from marking.works.states import WorkState

_TOLD: dict[str, WorkState] = {
    "work.released": WorkState.RELEASED,
    "work.consent_ended": WorkState.CONSENT_ENDED,
    "work.restored": WorkState.RELEASED,
    "work.deleted": WorkState.DELETED,
}
"""The states that a record tells, from the release on."""
_RECEIVED, _RELEASED = "work.received", "work.released"
_SWEPT_WITHIN = timedelta(hours=1)
"""What ended by itself is taken down by the next sweep: until then it is not given out, and no finding."""


@dataclass
class Tale:
    """What the log tells of one work. ``files``: the SHA-256 that each kind of record told last; None where it was erased or emptied."""

    state: WorkState | None = None
    files: dict[str, str | None] = field(default_factory=dict)


def mismatches() -> Iterator[Mismatch]:
    """Every work that is gone, or in another state or with other files than the log tells, or released without everybody's consent."""
    tales = _told()
    now = timezone.now()
    for works in deep.pages(Work.objects.defer("notes", "marks").order_by("pk")):
        yield from _wrong_among(works, tales, now)
    for subject, tale in sorted(tales.items()):
        if tale.state is not None:
            yield Mismatch(subject, "work_missing", "The log tells of a work that is not there.")


def _told() -> dict[str, Tale]:
    tales: dict[str, Tale] = {}
    for record in deep.records_of(_RECEIVED, *_TOLD):
        tale = tales.setdefault(record.subject, Tale())
        tale.state = _TOLD.get(record.kind, tale.state)
        if record.kind in (_RECEIVED, _RELEASED):
            tale.files[record.kind] = _file_of(record)
    return tales


def _file_of(record: Record) -> str | None:
    body = deep.opened(record)
    return None if body is None else str(body.get("sha256", ""))


def _wrong_among(works: list[Work], tales: dict[str, Tale], now: datetime) -> Iterator[Mismatch]:
    released = [subject_of(work) for work in works if work.state == WorkState.RELEASED]
    allowed = allowances(released, now)
    for work in works:
        subject = subject_of(work)
        for code, sentence in _wrong_with(work, tales.pop(subject, Tale())):
            yield Mismatch(subject, code, sentence)
        if work.state == WorkState.RELEASED and not _is_allowed(work, allowed.get(subject), now):
            yield Mismatch(
                subject, "work_not_allowed", "It is released, and somebody shown in it does not allow it."
            )


def _wrong_with(work: Work, tale: Tale) -> Iterator[tuple[str, str]]:
    is_told_only = _RELEASED in tale.files and work.released_at is None
    if _settled(work) != tale.state or is_told_only:
        yield "work_state", "The log tells of another state."
    yield from _wrong_file(tale, _RECEIVED, work.source_sha256)
    if work.released_at is not None:
        yield from _wrong_file(tale, _RELEASED, work.marked_sha256)


def _wrong_file(tale: Tale, kind: str, sha256: str) -> Iterator[tuple[str, str]]:
    if kind not in tale.files:
        yield "work_unrecorded", f"No record {kind} tells of it."
    elif tale.files[kind] not in (None, sha256):
        yield "work_file", f"Its file is not the one of which {kind} tells."


def _settled(work: Work) -> WorkState | None:
    """The state of a work as far as records tell of it."""
    state = WorkState(work.state)
    return state if state in _TOLD.values() else None


def _is_allowed(work: Work, allowance: Allowance | None, now: datetime) -> bool:
    if is_allowed_by(allowance, work) or allowance is None:
        return is_allowed_by(allowance, work)
    is_due = allowance.since is not None and now - allowance.since < _SWEPT_WITHIN
    return allowance.lapsed and is_due
