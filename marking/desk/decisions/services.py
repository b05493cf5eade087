"""What the desk may do with a case."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals.stakes import require_none
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.actions import Action, needs_two
from marking.desk.cases.contents import contact_of
from marking.desk.cases.holding import require_free
from marking.desk.cases.kinds import Kind
from marking.desk.cases.lifecycle import change, move, moved_on, note
from marking.desk.cases.mail import GIVEN_UP_AFTER
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import PROFILES, Pause
from marking.desk.cases.stakes import in_case
from marking.desk.cases.states import OPEN, TRANSITIONS, CaseState, Event
from marking.desk.measures.acting import act_on_record
from marking.works.models import Work

ANSWER_LENGTHS = (10, 4000)
"""Fewest and most characters of an answer and of the reason of a rejection."""
ANSWER_TASK = "marking.desk.tasks.mail_answer"


def take(*, by: User, case: Case, now: datetime | None = None) -> None:
    """Take a case that waits, so that nobody else works on it. Refused with ``own_work``, ``decided_before`` and ``wrong_state``."""
    require_impartial(by, case)
    require_undecided(by, case)
    now = now or timezone.now()
    with transaction.atomic():
        move(case, Event.TAKEN, by=by, now=now, taken_by=by, taken_at=now)


def put_back(*, by: User | None, case: Case, now: datetime | None = None) -> None:
    """Let go of a case, one's own or that of somebody who is away. ``by``: None where time does it.

    Refused with ``own_work``, ``wrong_state``, and with ``proposed`` while something that only who has the case could do waits for a second
    person: it would wait for ever.
    """
    if by is not None:
        require_impartial(by, case)
    if case.proposals.filter(decided_at__isnull=True).exists():
        sentence = _(
            "Something is proposed in this case: it is confirmed or declined before the case is put back."
        )
        raise Refusal("proposed", sentence)
    with transaction.atomic():
        move(case, Event.PUT_BACK, by=by, now=now or timezone.now(), taken_by=None, taken_at=None)


def answer(
    *, by: User, case: Case, text: str, confirmed_by: User | None = None, now: datetime | None = None
) -> None:
    """Answer a case that one has taken. The same answer again, as by a second click, changes nothing.

    ``confirmed_by``: the second person, where two have to decide (:mod:`marking.desk.decisions.four_eyes`).
    Refused with ``own_work``, ``not_taken``, ``two_needed``, ``answer_length`` and ``wrong_state``.
    """
    require_second(case, Action.ANSWER, by, confirmed_by)
    _decide(Event.ANSWERED, by, case, text, now)


def reject(
    *, by: User, case: Case, reason: str, confirmed_by: User | None = None, now: datetime | None = None
) -> None:
    """Turn a case down that one has taken, with a reason that its complainant reads. Refused as :func:`answer` is."""
    require_second(case, Action.REJECT, by, confirmed_by)
    _decide(Event.REJECTED, by, case, reason, now)


def pause(*, by: User, case: Case, why: Pause, now: datetime | None = None) -> None:
    """Let the clock of a case that one has taken stand still. Refused with ``not_taken``, ``no_pause`` and ``wrong_state``."""
    require_taken(by, case)
    if why not in PROFILES[Kind(case.kind)].pauses:
        raise Refusal(
            "no_pause", _("The clock of this kind of case does not stand still for that."), status=403
        )
    now = now or timezone.now()
    with transaction.atomic():
        running = Case.objects.filter(state__in=OPEN, paused_at__isnull=True)
        change(case, running, paused_at=now, paused_for=why)
        note(case, Event.PAUSED, by=by, now=now, body={"for": why.value})


def resume(*, by: User | None, case: Case, now: datetime | None = None) -> None:
    """Let the clock of a case run on, its end put off by as long as it stood. ``by``: None where time does it. Refused with ``wrong_state``."""
    if by is not None:
        require_impartial(by, case)
    now = now or timezone.now()
    with transaction.atomic():
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        if case.paused_at is None:
            raise moved_on()
        # Before its clock began, nothing stood still.
        stood = now - max(case.paused_at, case.valid_at or case.paused_at)
        case.due_at += stood
        case.warn_at = case.warn_at + stood if case.warn_at else None
        case.paused_at, case.paused_for = None, ""
        case.save()
        note(case, Event.RESUMED, by=by, now=now, body={"due_at": case.due_at.isoformat()})


def name_work(*, by: User, case: Case, work: Work, now: datetime | None = None) -> None:
    """Say which work a case is about that names none, once its place was looked at. Refused with ``not_taken``, ``own_work`` and ``wrong_state``."""
    require_taken(by, case)
    now = now or timezone.now()
    with transaction.atomic():
        change(case, Case.objects.filter(state__in=OPEN, work__isnull=True), work=work)
        require_impartial(by, case)
        note(case, Event.COMPLETED, by=by, now=now, body={"work": work.code})
        act_on_record(case, now=now)


def flag_political(*, by: User, case: Case, now: datetime | None = None) -> None:
    """Mark what a case is about as political speech: from then on two people decide. Cannot be undone. Refused with ``not_taken``."""
    require_taken(by, case)
    with transaction.atomic():
        if Case.objects.filter(pk=case.pk, is_political=False).update(is_political=True):
            case.refresh_from_db()
            note(case, Event.FLAGGED, by=by, now=now or timezone.now())


def close(*, by: User | None, case: Case, now: datetime | None = None) -> None:
    """End a decided case; the complainant's address is erased with it.

    Refused with ``own_work``, ``wrong_state``, with ``mail_waiting`` while the address is needed to announce the
    answer, and with ``held`` while proceedings need it. ``by`` is None where time closes it.
    """
    if by is not None:
        require_impartial(by, case)
    now = now or timezone.now()
    _require_announced(case, now)
    with transaction.atomic():
        require_free(case, now)
        move(case, Event.CLOSED, by=by, now=now, closed_at=now, contact=None)


def reveal_contact(*, by: User, case: Case, now: datetime | None = None) -> str:
    """Open the complainant's address for the one who works on the case, and record that it was done.

    Refused with ``own_work``, ``not_taken``, and with ``no_contact`` where none was given or it is erased.
    """
    require_taken(by, case)
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
    require_taken(by, case)
    body = {"text_sha256": sha256(text.encode()).hexdigest()}
    over = {"taken_at": None, "paused_at": None, "paused_for": "", "warn_at": None}
    with transaction.atomic():
        move(case, event, by=by, now=now, body=body, answer=text, answered_at=now, **over)
        if case.contact is not None:
            transaction.on_commit(lambda: current_app.send_task(ANSWER_TASK, [case.pk]), robust=True)


def require_impartial(by: User, case: Case) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` where ``by`` has one in ``case``."""
    sentence = _("This case is about a work of your own, or was filed by you: somebody else has to take it.")
    require_none(by, in_case(case), sentence, code="own_work")


def require_undecided(by: User, case: Case) -> None:
    """Raise :class:`Refusal` where ``case`` is open again, and ``by`` was one of the two at most who decided it before."""
    if case.state not in OPEN:
        return
    decided = case.events.filter(event__in=[Event.ANSWERED, Event.REJECTED], by=by)
    seconded = case.proposals.filter(
        is_confirmed=True, action__in=[Action.ANSWER, Action.REJECT], decided_by=by
    )
    if decided.exists() or seconded.exists():
        sentence = _("You decided this case before, and that was overturned: somebody else has to decide.")
        raise Refusal("decided_before", sentence, status=403)


def require_taken(by: User, case: Case) -> None:
    """Raise :class:`Refusal` unless ``by`` works on ``case`` and may."""
    require_impartial(by, case)
    if case.state != CaseState.IN_REVIEW or case.taken_by_id != by.pk:
        raise Refusal("not_taken", _("Take the case first: only who works on it may do this."), status=403)


def require_second(case: Case, action: Action, by: User, confirmed_by: User | None) -> None:
    """Raise :class:`Refusal` where ``action`` in ``case`` takes two people, and there is no second one."""
    if not needs_two(Kind(case.kind), action, is_political=case.is_political):
        return
    if confirmed_by is None or confirmed_by.pk == by.pk:
        raise Refusal(
            "two_needed", _("This takes two people: propose it, and somebody else confirms it."), status=403
        )
    require_impartial(confirmed_by, case)


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
