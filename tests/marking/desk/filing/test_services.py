"""Filing a case …"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.records.models import Record, RecordBody
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.wrapped_key import Damaged
from config import environment
from marking.desk.cases import mail
from marking.desk.cases.codes import opens
from marking.desk.cases.contents import contact_of, description_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case, ReportOpinion
from marking.desk.cases.queries import case_of_complainant, opinions_since
from marking.desk.decisions import services
from marking.desk.filing import services as filing
from marking.desk.filing.services import file_case
from marking.verification.report import Verdict
from marking.works.models import Work
from tests.interleaved import at_once
from tests.marking.desk.complaints import ADDRESS, NOW, TEXT, complaint, filed

pytestmark = pytest.mark.django_db


def test_it_answers_a_case_with_a_number_a_code_and_a_due_date(work: Work) -> None:
    case, code = file_case(complaint(work=work, file_sha256="ab" * 32), now=NOW)
    assert (case.state, case.created_at, case.due_at) == ("received", NOW, NOW + timedelta(hours=72))
    assert (case.work, case.file_sha256, case.language) == (work, "ab" * 32, "en")
    assert len(case.code) == len(code) == 10
    assert (description_of(case), contact_of(case)) == (TEXT, ADDRESS)
    assert [each.event for each in case.events.all()] == ["received"]


def test_the_fingerprint_of_a_released_file_stands_for_its_work(work: Work) -> None:
    assert filed(file_sha256=work.marked_sha256).work == work
    assert filed(file_sha256="ab" * 32).work is None


def test_the_due_date_follows_the_setting(settings: Settings) -> None:
    hours = "urgent:2,prompt:24,ordinary:240,feedback:480"
    settings.ENVIRONMENT = environment.read({"YINJI_ANSWER_HOURS": hours})
    assert filed(kind=Kind.MINOR).due_at == NOW + timedelta(hours=2)


def test_the_same_form_again_is_the_same_case() -> None:
    said = complaint()
    first, again = file_case(said, now=NOW), file_case(said, now=NOW + timedelta(minutes=5))
    assert first == again
    assert Case.objects.count() == 1
    assert Record.objects.filter(kind="case.received").count() == 1


def test_the_same_form_with_other_content_is_refused() -> None:
    said = complaint()
    file_case(said, now=NOW)
    for changed in ({"description": TEXT + " Really."}, {"kind": Kind.OTHER}, {"file_sha256": "cd" * 32}):
        with pytest.raises(Refusal, match="sent before with other content") as caught:
            file_case(complaint(**{"token": said.token, **changed}), now=NOW)
        assert caught.value.code == "form_used"
    assert Case.objects.count() == 1


CORRECTED = "yourcenar@example.org"


def test_the_same_form_with_another_address_corrects_it_and_writes_to_it_again() -> None:
    said = complaint(contact="margeurite@example.org")
    case, code = file_case(said, now=NOW)
    mail.mail_receipt(case.pk, now=NOW)
    again = file_case(replace(said, contact=CORRECTED), now=NOW)
    assert again == (case, code)
    mail.mail_receipt(case.pk, now=NOW)
    assert [sent.to for sent in outgoing.outbox] == [[said.contact], [CORRECTED]]
    assert Case.objects.count() == 1
    assert [each.event for each in case.events.all()] == ["received", "contact_changed"]
    body = bytes(RecordBody.objects.get(record__kind="case.contact_changed").content)
    assert json.loads(body[32:]) == {"kind": "no_consent", "session": "none"}


def test_a_correction_is_mailed_though_the_first_address_was_refused() -> None:
    said = complaint()
    case = file_case(said, now=NOW)[0]
    Case.objects.filter(pk=case.pk).update(mail_refused_at=NOW, mail_failures=1, mail_again_at=NOW)
    file_case(replace(said, contact=CORRECTED), now=NOW)
    assert mail.mail_receipt(case.pk, now=NOW)


def test_an_address_can_be_added_and_taken_back_with_the_form() -> None:
    said = complaint(contact="")
    file_case(said, now=NOW)
    assert contact_of(file_case(replace(said, contact=CORRECTED), now=NOW)[0]) == CORRECTED
    assert contact_of(file_case(said, now=NOW)[0]) == ""


def test_an_address_that_was_erased_by_wish_does_not_come_back_with_the_form() -> None:
    said = complaint()
    case = file_case(said, now=NOW)[0]
    filing.remove_contact(case=case, now=NOW)
    assert contact_of(file_case(said, now=NOW)[0]) == ""


def test_a_closed_case_takes_no_address(officer: User) -> None:
    said = complaint(contact="")
    case = file_case(said, now=NOW)[0]
    services.take(by=officer, case=case)
    services.answer(by=officer, case=case, text="We looked at it.")
    services.close(by=officer, case=case)
    assert file_case(replace(said, contact=CORRECTED), now=NOW)[0].contact is None


def test_two_forms_are_two_cases_with_two_codes() -> None:
    cases = [file_case(complaint(), now=NOW) for _ in range(2)]
    assert len({case.number for case, _ in cases}) == len({code for _, code in cases}) == 2


def test_only_its_own_code_opens_a_case() -> None:
    (case, code), (other, other_code) = (file_case(complaint(), now=NOW) for _ in range(2))
    assert case_of_complainant(case.code, code) == case
    assert case_of_complainant(f" {case.code.lower()} "[1:-1], f" {code.lower()} ") == case
    assert case_of_complainant(case.code, other_code) is None
    assert case_of_complainant(other.code, code) is None
    assert case_of_complainant("0123456789", code) is None
    assert case_of_complainant("no number", code) is None
    assert case_of_complainant(case.code, "no code") is None
    assert not opens(None, case.number, code)


def _forms(secret: str) -> list[bytes]:
    encoded = secret.encode()
    return [encoded, encoded.hex().encode(), base64.b64encode(encoded)[4:-4]]


@pytest.mark.django_db(transaction=True)
def test_neither_text_nor_address_nor_code_can_be_read_in_the_database() -> None:
    said = complaint()
    case, code = file_case(said, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM marking_case")
        row = b"\x00".join(bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode()
                           for each in cursor.fetchone())  # fmt: skip
    assert str(case.number).encode() in row  # the search looks at the right bytes
    for secret in (TEXT, "Yourcenar", ADDRESS, code, said.token):
        assert [form for form in _forms(secret) if form in row] == [], secret


def test_the_record_holds_no_personal_data(work: Work) -> None:
    case = filed(work=work)
    record = Record.objects.get(kind="case.received")
    body = bytes(RecordBody.objects.get(record=record).content)
    assert record.subject == f"case:{case.code}"
    said = {"kind": "no_consent", "work": work.code, "hours": 72, "session": "none"}
    assert json.loads(body[32:]) == said
    for secret in (TEXT, ADDRESS):
        assert secret.encode() not in body + bytes(record.entry)


def test_a_text_moved_to_another_case_does_not_open() -> None:
    case, other = filed(), filed()
    other.wrapped_key, other.description = case.wrapped_key, case.description
    with pytest.raises(Damaged):
        description_of(other)


def test_an_address_is_erased_at_its_owners_wish_once() -> None:
    case = filed()
    for _ in range(2):
        filing.remove_contact(case=case, now=NOW)
    assert contact_of(case) == ""
    assert [each.event for each in case.events.all()] == ["received", "contact_removed"]


def test_without_an_address_none_is_stored() -> None:
    case = filed(contact="")
    assert case.contact is None
    assert contact_of(case) == ""


def test_opinions_are_counted_by_day_and_verdict() -> None:
    day = NOW.date()
    for is_right in (True, True, False):
        filing.count_opinion(verdict=Verdict.CONFIRMED, is_right=is_right, day=day)
    filing.count_opinion(verdict=Verdict.SUSPECTED, is_right=False, day=day - timedelta(days=1))
    assert ReportOpinion.objects.count() == 3
    found = opinions_since(day)
    assert (found.right, found.wrong) == (2, 1)
    assert opinions_since(day - timedelta(days=1)).wrong == 2
    assert opinions_since(day + timedelta(days=1)).right == 0


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_several_at_once_is_one_case() -> None:
    said = complaint()

    done = at_once(*[lambda: file_case(said, now=NOW)] * 4)

    assert len(set(done)) == Case.objects.count() == Record.objects.count() == 1
