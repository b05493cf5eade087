from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access.roles import LegalOfficer
from accounts.refusals import Refusal
from accounts.retention import holds
from accounts.users.models import User
from accounts.users.services import set_role
from marking.desk.appeals.appealable import find
from marking.desk.appeals.services import file_for_case, file_own
from marking.desk.cases.models import Case
from marking.desk.decisions import services as cases
from marking.works.models import Work
from tests.accounts.sanctions.decisions import moderator, sanctioned
from tests.conftest import _account
from tests.marking.desk.complaints import NOW, filed
from tests.marking.verification.marked_files import marked_file, register

PAPER = "ab" * 32
TEXT = "The three works were labelled as satire from the first day on."


@pytest.fixture
def counsel(db: None) -> User:
    return _account("counsel@example.com")


@pytest.fixture
def work(verified_user: User) -> Work:
    return register(verified_user, marked_file()).work


@pytest.fixture
def case(work: Work, other_user: User) -> Case:
    """A case about the work, by another account."""
    case = filed()
    Case.objects.filter(pk=case.pk).update(work=work, reporter=other_user)
    case.refresh_from_db()
    return case


def hold(by: User, subject: str, number: int = 0) -> holds.LegalHold:
    now = NOW + number * holds.HELD_FOR
    return holds.propose(by=by, subject=subject, case="1", document_sha256=f"{number:064x}", now=now)


def test_a_held_case_keeps_its_work_and_the_accounts_concerned(
    case: Case, work: Work, verified_user: User, other_user: User, counsel: User
) -> None:
    maker, complainant = f"user:{verified_user.producer_id}", f"user:{other_user.producer_id}"
    kept = {f"case:{case.code}", f"work:{work.code}", maker, complainant}
    assert holds.kept_with([f"case:{case.code}"]) == kept
    assert not holds.is_held(f"work:{work.code}", NOW)
    hold(counsel, f"case:{case.code}")
    assert holds.is_held(f"work:{work.code}", NOW)
    assert holds.keeps_account(verified_user, NOW)


def test_a_case_about_nothing_that_is_known_keeps_itself_alone(db: None) -> None:
    case = filed()
    assert holds.kept_with([f"case:{case.code}"]) == {f"case:{case.code}"}


def test_a_held_work_keeps_the_cases_about_it_by_whatever_they_name_it(case: Case, work: Work) -> None:
    by_file = filed(file_sha256=work.marked_sha256)
    Case.objects.filter(pk=by_file.pk).update(work=None)
    kept = holds.kept_with([f"work:{work.code}"])
    assert {f"case:{case.code}", f"case:{by_file.code}"} <= kept
    assert f"work:{work.code}" in holds.kept_with([f"case:{by_file.code}"])


@pytest.mark.parametrize("whose", ["owner", "reporter"])
def test_a_held_account_keeps_the_cases_about_its_works_and_its_own(case: Case, whose: str) -> None:
    assert case.work
    account = case.work.owner if whose == "owner" else case.reporter
    assert account
    assert f"case:{case.code}" in holds.kept_with([f"user:{account.producer_id}"])


def test_what_is_only_held_with_something_leads_no_further(
    case: Case, other_user: User, verified_user: User
) -> None:
    """Else one hold would come to hold every case of every complainant."""
    elsewhere = filed()
    Case.objects.filter(pk=elsewhere.pk).update(reporter=other_user)
    kept = holds.kept_with([f"case:{case.code}"])
    assert f"user:{other_user.producer_id}" in kept
    assert f"case:{elsewhere.code}" not in kept


def test_a_held_case_or_account_keeps_its_appeals(user: User, counsel: User) -> None:
    sanction = sanctioned(user, moderator("first"))
    decision = find("sanction", str(sanction.pk))
    assert decision
    own = file_own(by=user, decision=decision, text=TEXT, now=NOW)
    assert own.log_subject in holds.kept_with([f"user:{user.producer_id}"])
    case = filed()
    cases.take(by=counsel, case=case, now=NOW)
    cases.reject(by=counsel, case=case, reason="It shows somebody else.", now=NOW)
    against = file_for_case(case=case, text=TEXT, now=NOW)
    assert against.log_subject in holds.kept_with([f"case:{case.code}"])


@pytest.mark.parametrize("subject", ["case", "work", "user"])
@pytest.mark.parametrize("who", ["owner", "reporter"])
def test_neither_side_decides_about_a_hold(
    case: Case, work: Work, counsel: User, subject: str, who: str
) -> None:
    by = work.owner if who == "owner" else case.reporter
    assert by
    codes = {"case": case.code, "work": work.code, "user": work.owner.producer_id}
    with pytest.raises(Refusal, match="concerns them") as refused:
        hold(by, f"{subject}:{codes[subject]}")
    assert refused.value.code == "own_account"
    standing = hold(counsel, f"{subject}:{codes[subject]}")
    for step in (holds.confirm, holds.decline, holds.ask_to_lift):
        with pytest.raises(Refusal) as refused:
            step(by=by, hold=standing, now=NOW)
        assert refused.value.code == "own_account"


def test_nobody_holds_the_same_alone_by_another_name(case: Case, work: Work, counsel: User) -> None:
    hold(counsel, f"work:{work.code}")
    other = filed()
    Case.objects.filter(pk=other.pk).update(work=work)
    later = NOW + holds.CONFIRMED_WITHIN
    for name in (f"case:{case.code}", f"case:{other.code}", f"user:{work.owner.producer_id}"):
        with pytest.raises(Refusal) as refused:
            holds.propose(by=counsel, subject=name, case="1", document_sha256=PAPER, now=later)
        assert refused.value.code == "hold_lapsed"


def test_nor_do_two_renew_it_so(case: Case, work: Work, counsel: User, staff_user: User) -> None:
    names = [f"work:{work.code}", f"case:{case.code}", f"user:{work.owner.producer_id}", f"work:{work.code}"]
    for number, name in enumerate(names):
        proposed = hold(counsel, name, number)
        if number < holds.MOST_BY_TWO:
            holds.confirm(by=staff_user, hold=proposed, now=proposed.proposed_at)
    with pytest.raises(Refusal) as refused:
        holds.confirm(by=staff_user, hold=proposed, now=proposed.proposed_at)
    assert refused.value.code == "third_person"


def test_a_paper_that_held_it_by_another_name_holds_it_no_second_time(
    case: Case, work: Work, counsel: User, staff_user: User
) -> None:
    first = hold(counsel, f"case:{case.code}")
    holds.confirm(by=staff_user, hold=first, now=NOW)
    with pytest.raises(Refusal) as refused:
        holds.propose(
            by=counsel,
            subject=f"work:{work.code}",
            case="2",
            document_sha256=first.document_sha256,
            now=first.ends_at,
        )
    assert refused.value.code == "hold_renewal"
    wider = {"subject": f"user:{work.owner.producer_id}", "document_sha256": first.document_sha256}
    assert holds.propose(by=counsel, case="2", now=first.ends_at, **wider).pk


def test_the_page_of_holds_says_what_is_held_with_a_case(
    client: Client, case: Case, work: Work, counsel: User, other_user: User
) -> None:
    holds.propose(by=counsel, subject=f"case:{case.code}", case="1", document_sha256=PAPER)
    set_role(by=None, user=counsel, role=LegalOfficer, is_held=True)
    client.force_login(counsel)
    shown = client.get(reverse("holds:page"), headers={"accept-language": "en"}).content.decode()
    assert "Held with it" in shown
    users = sorted([f"user:{work.owner.producer_id}", f"user:{other_user.producer_id}"])
    assert " · ".join([*users, f"work:{work.code}"]) in shown
