"""Appeals of the owners of works to which access was turned off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.reasons.services import state
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.appeals.appealable import Decision, find
from marking.desk.appeals.services import file_own, overturn, uphold
from marking.desk.cases.models import Case
from marking.desk.ended import of_appeals, of_reasons
from marking.desk.measures.audit import mismatches
from marking.desk.measures.models import Measure
from marking.desk.measures.services import impose
from marking.works.models import Work
from tests.accounts.reasons.statements import NOW, reasons
from tests.accounts.sanctions.decisions import moderator
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEXT = "The person in it agreed, and the receipt lies with this appeal."
REASONS = "The receipt was overlooked; the consent covers it."


def off(work: Work, by: User | None = None, case: Case | None = None, second: User | None = None) -> Measure:
    """Turns the access off."""
    with transaction.atomic():
        statement = state(person=work.owner, **reasons(subject=f"work:{work.code}", by=by))
        return impose(work=work, by=by, statement=statement, case=case, confirmed_by=second, now=NOW)


def decision(measure: Measure) -> Decision:
    """As an appeal sees it."""
    found = find("measure", str(measure.pk))
    assert found is not None
    return found


def columns(work: Work) -> dict[str, Any]:
    """All of a work."""
    return Work.objects.filter(pk=work.pk).values().get()


def test_nobody_decides_who_imposed_confirmed_or_worked_on_the_case(work: Work, case: Case) -> None:
    first, second, worker, third = (moderator(each) for each in ("first", "second", "worker", "third"))
    case.events.create(event="taken", by=worker, at=NOW)
    measure = off(work, first, case, second)
    appeal = file_own(by=work.owner, decision=decision(measure), text=TEXT, now=NOW + DAY)
    for each in (first, second, worker):
        with pytest.raises(Refusal) as refused:
            overturn(by=each, appeal=appeal, reasons=REASONS, now=NOW + DAY)
        assert refused.value.code == "took_part"
    overturn(by=third, appeal=appeal, reasons=REASONS, now=NOW + 2 * DAY)
    assert Work.objects.get(pk=work.pk).is_given_out
    assert case.events.filter(event="access_on", by=third).count() == 1
    assert find("measure", str(measure.pk)) is None
    assert find("measure", "nonsense") is None


def test_what_was_lifted_meanwhile_is_left_alone(work: Work) -> None:
    measure, third = off(work), moderator("third")
    appeal = file_own(by=work.owner, decision=decision(measure), text=TEXT, now=NOW)
    with unrecorded():
        Measure.objects.filter(pk=measure.pk).update(lifted_at=NOW, lifted_by=third)
    overturn(by=third, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    assert not Record.objects.filter(kind="work.unblocked").exists()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(others=st.integers(0, 2), waited=st.integers(0, 183), is_upheld=st.booleans())
def test_overturning_leaves_the_work_as_it_was_plus_history(
    others: int, waited: int, is_upheld: bool, work: Work
) -> None:
    """D-4: act, appeal, overturn: every column of the work as if it had never been, and all of it is still told."""
    with transaction.atomic():
        judge = moderator(f"judge-{others}-{waited}-{is_upheld}")
        for _ in range(others):
            off(work)
        before, records = columns(work), Record.objects.count()
        measure = off(work)
        appeal = file_own(by=work.owner, decision=decision(measure), text=TEXT, now=NOW + waited * DAY)
        decide = uphold if is_upheld else overturn
        decide(by=judge, appeal=appeal, reasons=REASONS, now=NOW + (waited + 1) * DAY)
        assert Work.objects.get(pk=work.pk).is_given_out == (not is_upheld and not others)
        if not is_upheld:
            assert columns(work) == before
            assert Record.objects.count() >= records + 5  # stated, blocked, appealed, overturned, unblocked
        assert list(mismatches()) == []
        transaction.set_rollback(True)


def test_its_owner_appeals_from_the_statement_of_reasons(work: Work) -> None:
    measure, browser = off(work), Client()
    browser.force_login(work.owner)
    address = reverse("own_appeals:page", args=["measure", measure.pk])
    page = browser.get(reverse("reasons:statement", args=[measure.statement_id])).content.decode()
    assert f'href="{address}"' in page
    assert reverse("reasons:list") in browser.get(address).content.decode()
    stranger = Client()
    stranger.force_login(moderator("stranger"))
    assert stranger.get(address).status_code == 404


def test_the_records_are_kept_from_the_end_on(work: Work) -> None:
    measure, other, judge = off(work), off(work), moderator("judge")
    appeal = file_own(by=work.owner, decision=decision(measure), text=TEXT, now=NOW)
    subjects = [measure.statement.log_subject, other.statement.log_subject, "reasons:nonsense"]
    assert (of_appeals([appeal.log_subject]), of_reasons(subjects)) == ({}, {})
    overturn(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    assert of_appeals([appeal.log_subject, "appeal:nonsense"]) == {appeal.log_subject: NOW + DAY}
    assert of_reasons(subjects) == {measure.statement.log_subject: NOW + DAY}


@pytest.mark.parametrize(
    ("roles", "is_there"), [(["case_officer"], False), (["case_officer", "tracing_officer"], True)]
)
def test_who_may_ask_for_an_identity_is_led_there_from_the_case(
    roles: list[str], is_there: bool, case: Case, work: Work
) -> None:
    Case.objects.filter(pk=case.pk).update(work=work)
    officer = User.objects.create_user("officer-two@example.com", "correct horse battery")
    officer.groups.set([Group.objects.get_or_create(name=each)[0] for each in roles])
    browser = Client()
    browser.force_login(officer)
    page = browser.get(reverse("cases:case", args=[case.code])).content.decode()
    assert (f"{reverse('elevations:new')}?about=case:{case.code}" in page) is is_there
