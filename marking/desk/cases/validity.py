"""Whether a notice holds all that its kind asks for, and the clock that starts when it does.

Until then the case is worked all the same; what starts with the clock is the limit, and what happens at its end. Both times are kept:
when the notice came, and when it was complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from marking.desk.cases import lifecycle
from marking.desk.cases.clocks import due_at
from marking.desk.cases.contents import seal_contact, seal_location, seal_signature
from marking.desk.cases.kinds import Kind
from marking.desk.cases.locations import work_at
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import STARTING_LATER, Part, missing, warns_at
from marking.desk.cases.states import OPEN, Event

if TYPE_CHECKING:
    from marking.works.models import Work


@dataclass(frozen=True)
class Addition:
    """What is added to a notice. ``signature``: a name as it is signed with; ``location``: an address, or other words for a place."""

    signature: str = field(default="", repr=False)
    location: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    is_in_good_faith: bool = False
    work: Work | None = None


def missing_of(case: Case) -> tuple[Part, ...]:
    """What the notice still lacks; nothing once its clock has started, whatever was erased since."""
    return () if case.valid_at is not None else missing(Kind(case.kind), _given(case))


def starts_at_validity(case: Case) -> bool:
    """Whether the clock of a case starts when its notice is complete."""
    return case.kind in STARTING_LATER


def has_due(case: Case) -> bool:
    """Whether the answer to a case is due at a time that can be named: its clock has started."""
    return case.valid_at is not None or not starts_at_validity(case)


def has_begun() -> Q:
    """The same of cases in the database."""
    return Q(valid_at__isnull=False) | ~Q(kind__in=STARTING_LATER)


def fill(case: Case, addition: Addition, now: datetime) -> bool:
    """Put into an unsaved or locked case what it lacks; tell whether that was anything. What is there is not replaced."""
    before = _columns(case)
    if addition.signature and case.signature is None:
        seal_signature(case, addition.signature)
    if addition.location and case.location is None:
        seal_location(case, addition.location)
    if addition.contact and case.contact is None:
        seal_contact(case, addition.contact)
    if case.work is None:
        case.work = addition.work or work_at(addition.location)
    if addition.is_in_good_faith and case.good_faith_at is None:
        case.good_faith_at = now
    return _columns(case) != before


def start_clock(case: Case, now: datetime) -> bool:
    """Start the clock of an unsaved or locked case from ``now``, if its notice is complete and it has not started; tell whether it did."""
    if case.valid_at is not None or missing_of(case):
        return False
    case.valid_at = now
    case.due_at = due_at(Kind(case.kind), now, settings.ENVIRONMENT["YINJI_ANSWER_HOURS"])
    case.warned, case.overdue_at = 0, None
    case.warn_at = warns_at(Kind(case.kind), now, case.due_at, 0)
    return True


def complete(*, case: Case, addition: Addition, now: datetime | None = None) -> None:
    """Add to a notice what it lacks, as its complainant may; with the last part its clock starts. What changes nothing writes nothing.

    Refused with ``wrong_state`` where the case is decided.
    """
    now = now or timezone.now()
    with transaction.atomic():
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        if case.state not in OPEN:
            raise Refusal("wrong_state", _("This case is decided: nothing can be added to it."))
        if case.valid_at is not None:
            return
        if not fill(case, addition, now):
            return
        is_valid = start_clock(case, now)
        case.save()
        lifecycle.note(case, Event.COMPLETED, by=None, now=now)
        if is_valid:
            note_valid(case, now)


def note_valid(case: Case, now: datetime) -> None:
    """Write down that the clock has started, with both times."""
    body = {
        "received_at": case.created_at.isoformat(),
        "valid_at": now.isoformat(),
        "due_at": case.due_at.isoformat(),
    }
    lifecycle.note(case, Event.VALID, by=None, now=now, body=body)


def _columns(case: Case) -> tuple[object, ...]:
    return case.signature, case.location, case.contact, case.work_id, case.good_faith_at


def _given(case: Case) -> frozenset[Part]:
    given = {
        Part.LOCATION: case.work_id is not None or bool(case.file_sha256) or case.location is not None,
        Part.CONTACT: case.contact is not None,
        Part.GOOD_FAITH: case.good_faith_at is not None,
        Part.SIGNATURE: case.signature is not None,
    }
    return frozenset(part for part, is_given in given.items() if is_given)
