"""What time erases of cases is kept while they are held, whoever was asked first, and keeps no others waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.leaving import sweeping as leaving
from accounts.refusals import Refusal
from accounts.retention import emptying, holds
from accounts.users.erasure import RETENTION
from accounts.users.models import User
from accounts.vault.sealing import is_erased
from marking.desk import sweeping
from marking.desk.appeals.contents import text_of
from marking.desk.appeals.services import file_for_case, uphold
from marking.desk.cases import mail
from marking.desk.cases.contents import contact_of, description_of
from marking.desk.cases.models import Case
from marking.desk.decisions import services as cases
from marking.desk.filing import services as filing
from marking.works.models import Work
from tests.conftest import _account
from tests.interleaved import second_waits
from tests.unrecorded import unrecorded

from .complaints import ADDRESS, NOW, complaint, filed

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "The three works were labelled as satire from the first day on."


@pytest.fixture
def counsel(db: None) -> User:
    return _account("counsel@example.com")


def hold(by: User, subject: str, now: datetime) -> str:
    holds.propose(by=by, subject=subject, case="1", document_sha256="ab" * 32, now=now)
    return "held"


def answered(officer: User) -> Case:
    case = filed()
    cases.take(by=officer, case=case, now=NOW)
    cases.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW)
    mail.mail_answer(case.pk, now=NOW)
    case.refresh_from_db()
    return case


def closed(officer: User) -> Case:
    case = answered(officer)
    cases.close(by=officer, case=case, now=NOW)
    return case


def test_the_address_of_a_held_case_is_kept(officer: User, counsel: User) -> None:
    case, end = answered(officer), NOW + sweeping.CLOSED_AFTER
    hold(counsel, f"case:{case.code}", end)
    assert sweeping.close_answered(now=end) == 0
    with pytest.raises(Refusal) as refused:
        cases.close(by=officer, case=case, now=end)
    assert refused.value.code == "held"
    with pytest.raises(Refusal):
        filing.remove_contact(case=case, now=end)
    case.refresh_from_db()
    assert contact_of(case) == ADDRESS
    assert sweeping.close_answered(now=end + holds.CONFIRMED_WITHIN) == 1


def test_no_other_address_takes_its_place(counsel: User) -> None:
    said = complaint()
    case, _code = filing.file_case(said, now=NOW)
    hold(counsel, f"case:{case.code}", NOW)
    assert filing.file_case(said, now=NOW)[0] == case
    for contact in ("", "other@example.org"):
        with pytest.raises(Refusal, match="proceedings"):
            filing.file_case(replace(said, contact=contact), now=NOW)
    case.refresh_from_db()
    assert contact_of(case) == ADDRESS


def test_whoever_wants_it_erased_is_told(client: Client, counsel: User) -> None:
    case, code = filing.file_case(complaint())
    hold(counsel, f"case:{case.code}", timezone.now())
    sent = {"number": case.code, "code": code, "forget": "1"}
    shown = client.post(reverse("complaints:look-up"), sent, headers={"accept-language": "en"})
    assert "The law keeps what proceedings need" in shown.content.decode()


def empty_appeals(*, now: datetime) -> int:
    """What time erases of appeals; how many."""
    return sum(each.emptied for each in emptying.run(now=now) if each.name == "appeals")


@pytest.mark.parametrize("what", ["content", "address", "appeal"])
def test_what_is_held_meanwhile_is_not_erased(officer: User, counsel: User, what: str) -> None:
    case = answered(officer) if what == "address" else closed(officer)
    if what == "appeal":
        appeal = file_for_case(case=case, text=TEXT, now=NOW)
        uphold(by=counsel, appeal=appeal, reasons=TEXT, now=NOW)
    now = NOW + (sweeping.CLOSED_AFTER if what == "address" else sweeping.CONTENT_KEPT)
    sweep = {
        "content": sweeping.erase_contents,
        "address": sweeping.close_answered,
        "appeal": empty_appeals,
    }[what]
    held = second_waits(lambda: hold(counsel, f"case:{case.code}", now), lambda: sweep(now=now))
    assert held == ("held", 0)
    case.refresh_from_db()
    assert description_of(case)
    if what == "appeal":
        appeal.refresh_from_db()
        assert text_of(appeal) == TEXT
    assert sweep(now=now + holds.CONFIRMED_WITHIN) == 1


def test_as_many_as_are_swept_at_once_keep_no_account_and_no_case_waiting(
    work: Work,
    officer: User,
    counsel: User,
    user: User,
) -> None:
    asked = NOW - RETENTION
    emails = [f"{number:03}@example.com" for number in range(leaving.MOST_AT_ONCE)]
    for email in emails:
        reporter = User.objects.create_user(email, deletion_requested_at=asked - timedelta(days=1))
        Case.objects.filter(pk=filed().pk).update(work=work, reporter=reporter)
    free = _account("free@example.com")
    Case.objects.filter(pk=filed().pk).update(reporter=free)
    User.objects.filter(pk=free.pk).update(deletion_requested_at=asked)
    with unrecorded():
        Case.objects.update(state="rejected", taken_by=officer, answer=TEXT, answered_at=asked)
    Case.objects.filter(reporter=free).update(answered_at=asked + timedelta(days=1), due_at=NOW)
    hold(counsel, f"user:{user.producer_id}", NOW)
    assert [leaving.sweep(now=NOW) for _ in range(2)] == [1, 0]
    assert is_erased(free)
    assert [sweeping.close_answered(now=NOW) for _ in range(2)] == [1, 0]
