"""Time …"""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.records.models import Record
from accounts.users.models import User
from marking.desk import mail, services, sweeping, tasks
from marking.desk.contents import contact_of, description_of
from marking.desk.models import Case

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
