"""What this site's own record says of the consents to a work: the answer to *I never agreed*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.records.models import Record
from consent.receipts.queries import receipts_for
from consent.receipts.sides import Side
from consent.uses.queries import stands, use_of
from marking.works.declaration import Depicts
from marking.works.faces.queries import faces_of
from marking.works.gate import subject_of

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.receipts.models import Receipt
    from consent.uses.models import DepictedPerson, Use
    from marking.works.models import Work


class Finding(StrEnum):
    """What the record says. Only *no_grant* decides without a human."""

    NOBODY_SHOWN = "nobody_shown"
    NO_GRANT = "no_grant"
    GRANTED = "granted"
    DARK = "dark"


@dataclass(frozen=True)
class Shown:
    """One person in a work, without their name. ``state``: of their grant, "" where they gave none; ``is_in_force``: it covers the work now."""

    position: int
    grant: UUID | None
    state: str
    version: int
    given_at: datetime | None
    is_in_force: bool


@dataclass(frozen=True)
class DecidingRecord:
    """What decides. ``records``: the sequence numbers in the log, oldest first, of what was recorded of the work's use."""

    finding: Finding
    people: tuple[Shown, ...] = ()
    records: tuple[int, ...] = ()


def record_of(work: Work) -> DecidingRecord:
    """What the record says of ``work``, whether or not a measure keeps it from everybody. Faces that were found and that nobody granted count as shown, whatever their uploader declared."""
    use = use_of(subject_of(work))
    people = tuple(map(_shown, use.people.select_related("grant"))) if use else ()
    return DecidingRecord(_finding(work, people), people, _records(use) if use else ())


def is_unchanged_since(work: Work, then: datetime) -> bool:
    """Whether nothing was recorded of the consents to ``work`` after ``then``."""
    use = use_of(subject_of(work))
    return use is None or not Record.objects.filter(subject=use.log_subject, at__gt=then).exists()


def receipts_of_reporter(work: Work, person: User) -> list[Receipt]:
    """The signed receipts of what ``person`` granted for ``work``, newest first: their own side's, and nobody else's."""
    use = use_of(subject_of(work))
    if use is None:
        return []
    grants = use.people.filter(grant__isnull=False).values("grant")
    return list(receipts_for(person).filter(side=Side.PERSON, grant__in=grants))


def _finding(work: Work, people: tuple[Shown, ...]) -> Finding:
    if work.consent_ended_at is not None:
        return Finding.DARK
    if people:
        is_granted = all(each.is_in_force for each in people)
        return Finding.GRANTED if is_granted else Finding.NO_GRANT
    is_somebody = Depicts(work.depicts).needs_consent or bool(faces_of(work))
    return Finding.NO_GRANT if is_somebody else Finding.NOBODY_SHOWN


def _shown(person: DepictedPerson) -> Shown:
    grant = person.grant
    if grant is None:
        return Shown(person.position, None, "", 0, None, is_in_force=False)
    return Shown(
        person.position, grant.reference, grant.state, grant.version, grant.given_at, is_in_force=stands(grant)
    )  # fmt: skip


def _records(use: Use) -> tuple[int, ...]:
    found = Record.objects.filter(subject=use.log_subject).order_by("sequence")
    return tuple(found.values_list("sequence", flat=True))
