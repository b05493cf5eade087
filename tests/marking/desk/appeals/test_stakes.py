"""Whoever has a stake in what an appeal is against neither decides it nor reads the desk's page of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.proposals import stakes
from accounts.proposals.stakes import holders_of
from accounts.refusals import Refusal
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import SanctionState, Step
from accounts.users.erasure import erase_account
from accounts.users.models import User
from marking.desk.appeals import appealable
from marking.desk.appeals.appealable import Decision, find
from marking.desk.appeals.contents import reasons_of, text_of
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.services import file_for_case, file_own, overturn, uphold
from marking.desk.appeals.states import AppealState
from marking.desk.appeals.sweeping import on_erasure
from marking.desk.cases.models import Case
from marking.desk.cases.states import CaseState
from marking.desk.decisions import services as cases
from marking.desk.measures.models import Measure
from marking.works.models import Work
from tests.accounts.sanctions.decisions import NOW, moderator, sanctioned

from .test_against_measures import off

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEXT = "The three works were labelled as satire from the first day on."
REASONS = "The label was there, and the first decision did not see it."


@pytest.fixture
def judge() -> User:
    return moderator("judge")


@pytest.fixture
def party() -> User:
    """A moderator with a stake."""
    return moderator("party")


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def decision(kind: str, reference: object) -> Decision:
    found = find(kind, str(reference))
    assert found is not None
    return found


def turned_down(case: Case, officer: User) -> Appeal:
    cases.take(by=officer, case=case, now=NOW)
    cases.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW)
    return file_for_case(case=case, text=TEXT, now=NOW + DAY)


def require_kept_out(appeal: Appeal, person: User, code: str, hidden: str = TEXT) -> None:
    """``person`` is refused by the services with ``code``, and by the page, before and after its decision."""
    for act in (uphold, overturn):
        with pytest.raises(Refusal) as refused:
            act(by=person, appeal=appeal, reasons=REASONS, now=NOW + DAY)
        assert (refused.value.code, refused.value.status) == (code, 403)
    address = reverse("appeals:appeal", args=[appeal.pk])
    decide = {"outcome": "overturned", "reasons": REASONS}
    for response in (browser_of(person).get(address), browser_of(person).post(address, decide)):
        assert response.status_code == 403
        assert hidden not in response.content.decode()
    appeal.refresh_from_db()


def test_who_complained_keeps_out_of_the_appeal_of_their_case(
    case: Case, officer: User, party: User, judge: User
) -> None:
    appeal = turned_down(case, officer)
    Case.objects.filter(pk=case.pk).update(reporter=party)

    require_kept_out(appeal, party, "own_work")
    overturn(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    require_kept_out(appeal, party, "own_work", hidden=judge.producer_id)


def test_who_owns_the_work_keeps_out_of_the_appeal_of_the_case(
    case: Case, officer: User, work: Work, judge: User
) -> None:
    appeal = turned_down(case, officer)
    Case.objects.filter(pk=case.pk).update(work=work)
    work.owner.groups.set(judge.groups.all())

    require_kept_out(appeal, work.owner, "own_work")


def test_who_complained_and_whose_it_is_keep_out_of_the_appeal_of_a_measure(
    case: Case, work: Work, party: User, judge: User, officer: User
) -> None:
    Case.objects.filter(pk=case.pk).update(reporter=party)
    measure = off(work, officer, case)
    appeal = file_own(by=work.owner, decision=decision("measure", measure.pk), text=TEXT, now=NOW + DAY)
    work.owner.groups.set(judge.groups.all())

    require_kept_out(appeal, party, "own_work")
    require_kept_out(appeal, work.owner, "own_appeal")
    overturn(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    require_kept_out(appeal, party, "own_work", hidden=judge.producer_id)
    require_kept_out(appeal, work.owner, "own_appeal", hidden=judge.producer_id)


def test_whose_copy_was_turned_off_keeps_out_of_the_case(
    case: Case, work: Work, officer: User, judge: User
) -> None:
    off(work, judge, case)
    work.owner.groups.set(officer.groups.all())

    assert holders_of(f"case:{case.code}") == {work.owner_id}
    assert browser_of(work.owner).get(reverse("cases:case", args=[case.code])).status_code == 403
    with pytest.raises(Refusal) as refused:
        cases.take(by=work.owner, case=case, now=NOW)
    assert refused.value.code == "own_work"


def test_staff_that_appeals_does_not_see_who_decided(user: User, party: User, judge: User) -> None:
    first = moderator("first")
    sanction = sanctioned(party, first, Step.WARN)
    appeal = file_own(by=party, decision=decision("sanction", sanction.pk), text=TEXT, now=NOW + DAY)

    require_kept_out(appeal, party, "own_appeal", hidden=first.producer_id)
    uphold(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    require_kept_out(appeal, party, "own_appeal", hidden=judge.producer_id)
    own = browser_of(party).get(reverse("own_appeals:page", args=["sanction", sanction.pk])).content.decode()
    assert REASONS in own
    assert not any(each.producer_id in own for each in (first, judge))


def test_who_decided_first_reads_neither_the_appeal_nor_who_decides_it(user: User, judge: User) -> None:
    first = moderator("first")
    sanction = sanctioned(user, first, Step.WARN)
    appeal = file_own(by=user, decision=decision("sanction", sanction.pk), text=TEXT, now=NOW + DAY)

    require_kept_out(appeal, first, "took_part")
    uphold(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    require_kept_out(appeal, first, "took_part", hidden=judge.producer_id)


def test_who_decided_an_appeal_goes_on_reading_it(case: Case, officer: User, judge: User) -> None:
    appeal = turned_down(case, officer)
    overturn(by=judge, appeal=appeal, reasons=REASONS, now=NOW + DAY)
    case.refresh_from_db()
    another = moderator("another")
    cases.take(by=another, case=case, now=NOW + DAY)
    cases.reject(by=another, case=case, reason="It still shows somebody else.", now=NOW + 2 * DAY)

    page = browser_of(judge).get(reverse("appeals:appeal", args=[appeal.pk]))
    assert (page.status_code, REASONS in page.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("act", "state"), [(uphold, SanctionState.IN_FORCE), (overturn, SanctionState.LIFTED)]
)
def test_it_is_decided_though_its_text_was_erased_with_the_account(
    act: Callable[..., None], state: SanctionState, user: User, judge: User
) -> None:
    sanction = sanctioned(user, moderator("first"), Step.SUSPEND)
    appeal = file_own(by=user, decision=decision("sanction", sanction.pk), text=TEXT, now=NOW + DAY)
    user.deletion_requested_at = NOW - 10 * 366 * DAY
    user.save()
    erase_account(by=None, user=user, now=NOW + 2 * DAY)
    appeal.refresh_from_db()
    assert (appeal.wrapped_key, text_of(appeal)) == (None, "")

    page = browser_of(judge).get(reverse("appeals:appeal", args=[appeal.pk])).content.decode()
    assert "was erased with their account" in page
    assert 'name="outcome"' in page
    act(by=judge, appeal=appeal, reasons=REASONS, now=NOW + 3 * DAY)
    assert (text_of(appeal), reasons_of(appeal)) == ("", REASONS)
    assert Sanction.objects.get(pk=sanction.pk).state == state
    on_erasure(user=user, now=NOW + 4 * DAY)
    appeal.refresh_from_db()
    assert (appeal.wrapped_key, reasons_of(appeal)) == (None, "")


def test_an_appeal_of_a_case_without_content_can_be_turned_down_alone(
    case: Case, officer: User, judge: User
) -> None:
    appeal = turned_down(case, officer)
    cases.close(by=None, case=case, now=NOW + 40 * DAY)
    Case.objects.filter(pk=case.pk).update(wrapped_key=None, description=None)

    with pytest.raises(Refusal) as refused:
        overturn(by=judge, appeal=appeal, reasons=REASONS, now=NOW + 41 * DAY)
    assert refused.value.code == "content_erased"
    appeal.refresh_from_db()
    assert appeal.state == AppealState.FILED
    uphold(by=judge, appeal=appeal, reasons=REASONS, now=NOW + 41 * DAY)
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_a_measure_is_the_matter_of_its_owner_though_it_has_no_case(work: Work) -> None:
    measure: Measure = off(work)

    assert holders_of(measure.log_subject) == holders_of(f"work:{work.code}") == {work.owner_id}


def test_of_every_kind_that_can_be_appealed_against_it_is_known_who_has_a_stake() -> None:
    assert set(appealable._kinds) <= set(stakes._holders)
