"""Time …"""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention.holds import CONFIRMED_WITHIN, propose
from accounts.users.models import User
from marking.desk import sweeping, tasks
from marking.desk.cases import mail
from marking.desk.cases.actions import Action
from marking.desk.cases.contents import contact_of, description_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import MOST_PAUSED, Pause
from marking.desk.cases.validity import Addition, complete
from marking.desk.decisions import services
from marking.desk.decisions.four_eyes.services import confirm, do
from marking.desk.ended import of_cases

from .complaints import NOW, filed

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ANSWER = "We found that you did not agree, and the work is blocked."


def events(case: Case) -> list[str]:
    return [each.event for each in case.events.all()]


def test_makes_a_case_overdue_once_and_not_a_second_early(case: Case) -> None:
    assert sweeping.mark_overdue(now=case.due_at) == 0
    late = case.due_at + SECOND
    assert [sweeping.mark_overdue(now=late) for _ in range(3)] == [1, 0, 0]
    case.refresh_from_db()
    assert case.overdue_at == late
    assert events(case) == ["received", "overdue"]
    assert Record.objects.filter(kind="case.overdue").count() == 1


def test_makes_a_case_overdue_that_somebody_has_taken(taken: Case) -> None:
    assert sweeping.mark_overdue(now=taken.due_at + SECOND) == 1


def test_makes_no_answered_case_overdue(taken: Case, officer: User) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    assert sweeping.mark_overdue(now=taken.due_at + SECOND) == 0


def test_that_stands_still_makes_nothing_overdue(case: Case) -> None:
    late = case.due_at + SECOND
    stale = Case.objects.get(pk=case.pk)
    sweeping.mark_overdue(now=late)
    assert not sweeping._mark_overdue(stale, late)


def test_closes_what_was_answered_long_ago_and_erases_its_address(taken: Case, officer: User) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    end = NOW + sweeping.CLOSED_AFTER
    assert [sweeping.close_answered(now=when) for when in (end - SECOND, end, end)] == [0, 1, 0]
    taken.refresh_from_db()
    assert (taken.state, taken.closed_at, contact_of(taken)) == ("closed", end, "")
    assert not sweeping._close(Case.objects.get(pk=taken.pk), end)


def test_erases_the_content_years_after_the_closing_and_keeps_what_happened(
    taken: Case, officer: User
) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    mail.mail_answer(taken.pk, now=NOW)
    taken.refresh_from_db()
    services.close(by=officer, case=taken, now=NOW)
    end = NOW + sweeping.CONTENT_KEPT
    stale = Case.objects.get(pk=taken.pk)
    assert [sweeping.erase_contents(now=when) for when in (end - SECOND, end, end)] == [0, 1, 0]
    taken.refresh_from_db()
    assert (taken.wrapped_key, taken.description, description_of(taken)) == (None, None, "")
    assert events(taken) == ["received", "taken", "answered", "closed", "content_erased"]
    assert not sweeping._erase(stale, end)


def test_leaves_a_fresh_case_alone(case: Case) -> None:
    tasks.sweep()
    sweeping.sweep(now=NOW)
    assert filed().overdue_at is None


def test_keeps_the_content_of_a_case_that_is_held(taken: Case, officer: User, user: User) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    mail.mail_answer(taken.pk, now=NOW)
    taken.refresh_from_db()
    services.close(by=officer, case=taken, now=NOW)
    assert of_cases([f"case:{taken.code}", "case:none"]) == {f"case:{taken.code}": NOW}
    end = NOW + sweeping.CONTENT_KEPT
    propose(by=user, subject=f"case:{taken.code}", case="2026-1", document_sha256="ab" * 32, now=end)
    assert sweeping.erase_contents(now=end) == 0
    assert sweeping.erase_contents(now=end + CONFIRMED_WITHIN) == 1


def test_warns_at_each_point_of_the_clock_once(case: Case) -> None:
    whole = case.due_at - NOW
    assert case.warn_at == NOW + 0.75 * whole
    assert sweeping.warn(now=case.warn_at - SECOND) == 0
    assert [sweeping.warn(now=case.warn_at) for _ in range(2)] == [1, 0]
    stale = Case.objects.get(pk=case.pk)
    case.refresh_from_db()
    assert (case.warned, case.warn_at) == (1, None)
    stale.warned = 0
    assert not sweeping._warn(stale, NOW)
    assert Record.objects.filter(kind="case.warned").count() == 1


def test_warns_more_often_where_two_days_are_all_there_is() -> None:
    urgent = filed(kind=Kind.MINOR)
    for hours in (24, 36, 43.2):
        assert sweeping.warn(now=NOW + timedelta(hours=hours)) == 1
    urgent.refresh_from_db()
    assert (urgent.warned, urgent.warn_at) == (3, None)


def test_stands_still_while_the_clock_does(taken: Case, officer: User) -> None:
    due, warned = taken.due_at, taken.warn_at
    assert warned is not None
    services.pause(by=officer, case=taken, why=Pause.COMPLAINANT, now=NOW)
    late = due + 10 * SECOND
    assert (sweeping.mark_overdue(now=late), sweeping.warn(now=late)) == (0, 0)
    services.resume(by=officer, case=taken, now=NOW + timedelta(days=2))
    assert taken.due_at == due + timedelta(days=2)
    assert taken.warn_at == warned + timedelta(days=2)
    assert sweeping.mark_overdue(now=late) == 0
    assert events(taken) == ["received", "taken", "paused", "resumed"]


def test_lets_a_clock_run_on_that_stood_for_long(taken: Case, officer: User) -> None:
    services.pause(by=officer, case=taken, why=Pause.COURT, now=NOW)
    end = NOW + MOST_PAUSED
    assert [sweeping.resume_paused(now=when) for when in (end - SECOND, end, end)] == [0, 1, 0]
    taken.refresh_from_db()
    assert taken.paused_at is None


def test_refuses_to_pause_what_may_not_stand_still_or_stands_already(taken: Case, officer: User) -> None:
    services.pause(by=officer, case=taken, why=Pause.AUTHORITY, now=NOW)
    with pytest.raises(Refusal) as twice:
        services.pause(by=officer, case=taken, why=Pause.AUTHORITY, now=NOW)
    assert twice.value.code == "wrong_state"
    services.resume(by=officer, case=taken, now=NOW)
    with pytest.raises(Refusal) as running:
        services.resume(by=officer, case=taken, now=NOW)
    assert running.value.code == "wrong_state"
    urgent = filed(kind=Kind.INTIMATE_IMAGE)
    services.take(by=officer, case=urgent, now=NOW)
    with pytest.raises(Refusal) as refused:
        services.pause(by=officer, case=urgent, why=Pause.COMPLAINANT, now=NOW)
    assert refused.value.code == "no_pause"


def test_an_answer_ends_a_pause(taken: Case, officer: User) -> None:
    services.pause(by=officer, case=taken, why=Pause.AUTHORITY, now=NOW)
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    assert (taken.paused_at, taken.warn_at, taken.taken_at) == (None, None, None)


def test_puts_a_case_back_that_somebody_took_and_left(taken: Case) -> None:
    end = NOW + sweeping.HELD_FOR
    assert [sweeping.put_back_left(now=when) for when in (end - SECOND, end, end)] == [0, 1, 0]
    taken.refresh_from_db()
    assert (taken.state, taken.taken_by, taken.taken_at) == ("received", None, None)
    last = taken.events.last()
    assert last is not None
    assert (last.event, last.by) == ("put_back", None)


def test_erases_what_was_signed_and_proposed_with_the_content(officer: User) -> None:
    urgent = filed(kind=Kind.MINOR, signature="Lin Mei", location="https://example.org/p", contact="")
    services.take(by=officer, case=urgent, now=NOW)
    proposal = do(by=officer, case=urgent, action=Action.ANSWER, payload={"text": ANSWER}, now=NOW)
    assert proposal is not None
    confirm(by=User.objects.create_user("second@example.com"), proposal=proposal, now=NOW)
    sweeping.close_answered(now=NOW + sweeping.CLOSED_AFTER)
    assert sweeping.erase_contents(now=NOW + sweeping.CLOSED_AFTER + sweeping.CONTENT_KEPT) == 1
    urgent.refresh_from_db()
    proposal.refresh_from_db()
    assert (urgent.signature, urgent.location, proposal.payload) == (None, None, None)


def test_a_pause_puts_off_a_clock_from_its_beginning_on(officer: User) -> None:
    asked = filed(kind=Kind.DATA_RIGHTS, contact="")
    services.take(by=officer, case=asked, now=NOW)
    services.pause(by=officer, case=asked, why=Pause.COMPLAINANT, now=NOW)
    began, resumed = NOW + timedelta(days=2), NOW + timedelta(days=3)
    complete(case=asked, addition=Addition(contact="lin@example.org"), now=began)
    due = asked.due_at
    services.resume(by=officer, case=asked, now=resumed)
    assert asked.due_at == due + (resumed - began)
