"""What the desk may do with a case."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.contents import contact_of
from marking.desk.lifecycle import move, note
from marking.desk.mail import GIVEN_UP_AFTER
from marking.desk.models import Case
from marking.desk.states import TRANSITIONS, CaseState, Event
from marking.works.earlier import work_of_file

ANSWER_LENGTHS = (10, 4000)
"""Fewest and most characters of an answer and of the reason of a rejection."""
ANSWER_TASK = "marking.desk.tasks.mail_answer"


def is_about_own_work(case: Case, user: User) -> bool:
    """Whether ``user`` owns the work that ``case`` names, or the one of which it names the released file."""
    works = (case.work, work_of_file(case.file_sha256) if case.file_sha256 else None)
    return any(work is not None and work.owner_id == user.pk for work in works)


def take(*, by: User, case: Case, now: datetime | None = None) -> None:
    """Take a case that waits, so that nobody else works on it. Refused with ``own_work`` and ``wrong_state``."""
    _require_impartial(by, case)
    with transaction.atomic():
        move(case, Event.TAKEN, by=by, now=now or timezone.now(), taken_by=by)


def put_back(*, by: User, case: Case, now: datetime | None = None) -> None:
    """Let go of a case, one's own or that of somebody who is away. Refused as :func:`take` is."""
    _require_impartial(by, case)
    with transaction.atomic():
        move(case, Event.PUT_BACK, by=by, now=now or timezone.now(), taken_by=None)


def answer(*, by: User, case: Case, text: str, now: datetime | None = None) -> None:
    """Answer a case that one has taken. The same answer again, as by a second click, changes nothing.

    Refused with ``own_work``, ``not_taken``, ``answer_length`` and ``wrong_state``.
    """
    _decide(Event.ANSWERED, by, case, text, now)


def reject(*, by: User, case: Case, reason: str, now: datetime | None = None) -> None:
    """Turn a case down that one has taken, with a reason that its complainant reads. Refused as :func:`answer` is."""
    _decide(Event.REJECTED, by, case, reason, now)


def close(*, by: User | None, case: Case, now: datetime | None = None) -> None:
    """End a decided case; the complainant's address is erased with it.

    Refused with ``own_work``, ``wrong_state``, and with ``mail_waiting`` while the address is needed to announce the
    answer. ``by`` is None where time closes it.
    """
    if by is not None:
        _require_impartial(by, case)
    now = now or timezone.now()
    _require_announced(case, now)
    with transaction.atomic():
        move(case, Event.CLOSED, by=by, now=now, closed_at=now, contact=None)


def reveal_contact(*, by: User, case: Case, now: datetime | None = None) -> str:
    """Open the complainant's address for the one who works on the case, and record that it was done.

    Refused with ``own_work``, ``not_taken``, and with ``no_contact`` where none was given or it is erased.
    """
    _require_taken(by, case)
    address = contact_of(case)
    if not address:
        raise Refusal("no_contact", _("Whoever filed this case left no address."), status=404)
    with transaction.atomic():
        note(case, Event.CONTACT_VIEWED, by=by, now=now or timezone.now())
    return address


def _decide(event: Event, by: User, case: Case, text: str, now: datetime | None) -> None:
    text = _checked(text)
    try:
        _decide_once(event, by, case, text, now or timezone.now())
    except Refusal:
        case.refresh_from_db()
        decided = case.state, case.taken_by_id, case.answer
        if decided != (TRANSITIONS[CaseState.IN_REVIEW][event], by.pk, text):
            raise


def _decide_once(event: Event, by: User, case: Case, text: str, now: datetime) -> None:
    _require_taken(by, case)
    body = {"text_sha256": sha256(text.encode()).hexdigest()}
    with transaction.atomic():
        move(case, event, by=by, now=now, body=body, answer=text, answered_at=now)
        if case.contact is not None:
            transaction.on_commit(lambda: current_app.send_task(ANSWER_TASK, [case.pk]), robust=True)


def _require_impartial(by: User, case: Case) -> None:
    if is_about_own_work(case, by):
        sentence = _("This case is about a work of your own: somebody else has to take it.")
        raise Refusal("own_work", sentence, status=403)


def _require_taken(by: User, case: Case) -> None:
    _require_impartial(by, case)
    if case.state != CaseState.IN_REVIEW or case.taken_by_id != by.pk:
        raise Refusal("not_taken", _("Take the case first: only who works on it may do this."), status=403)


def _require_announced(case: Case, now: datetime) -> None:
    is_recent = case.answered_at is not None and now < case.answered_at + GIVEN_UP_AFTER
    is_tried = case.contact is not None and case.mail_refused_at is None
    if is_recent and is_tried and case.answer_mailed_at is None:
        sentence = _("The mail about the answer has not gone out yet: close the case when it has.")
        raise Refusal("mail_waiting", sentence)


def _checked(text: str) -> str:
    text = text.strip()
    fewest, most = ANSWER_LENGTHS
    if not fewest <= len(text) <= most:
        sentence = _("An answer has %(fewest)d to %(most)d characters; found %(found)d.")
        lengths = {"fewest": fewest, "most": most, "found": len(text)}
        raise Refusal("answer_length", sentence % lengths, status=422)
    return text
