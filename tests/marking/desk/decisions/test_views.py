"""The pages of the desk …"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateformat import format as date
from pytest_django import DjangoAssertNumQueries

from accounts.records.models import Record
from accounts.users.models import User
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import services, views
from marking.desk.filing import services as filing
from marking.verification.report import Verdict
from marking.works.models import Work
from tests.marking.desk.complaints import ADDRESS, NOW, TEXT, complaint, filed
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db
ANSWER = "We found that you did not agree, and the work is blocked."


def page(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fresh(**fields: object) -> Case:
    return filing.file_case(complaint(**fields))[0]


def test_they_are_open_to_case_officers_alone(
    desk: Client, case: Case, staff_user: User, operator: User
) -> None:
    for person, status in ((staff_user, 403), (operator, 200)):
        browser = Client()
        browser.force_login(person)
        for address in ("/desk/cases/", f"/desk/cases/{case.code}"):
            assert browser.get(address).status_code == status
    assert "/desk/cases/" in page(desk, "/desk/")
    assert Client().get("/desk/cases/").status_code == 302


def test_what_is_due_first_stands_first_and_what_is_late_is_flagged(desk: Client, case: Case) -> None:
    slow, fast = fresh(kind=Kind.TOOL_FEEDBACK), fresh(kind=Kind.INTIMATE_IMAGE)
    shown = page(desk, "/desk/cases/")
    places = [shown.index(each.code) for each in (case, fast, slow)]
    assert places == sorted(places)
    assert shown.count("Overdue") == 1
    assert TEXT not in shown


def test_the_table_bears_the_name_of_the_page(desk: Client, case: Case) -> None:
    shown = page(desk, "/desk/cases/")
    assert shown.count('<h1 id="page-title">Cases</h1>') == 1
    assert '<table aria-labelledby="page-title">' in shown
    assert "<table" not in page(desk, "/desk/cases/?shelf=closed")


def test_a_case_whose_clock_has_not_begun_shows_no_date(desk: Client) -> None:
    incomplete = fresh(kind=Kind.INTIMATE_IMAGE)
    due = date(timezone.localtime(incomplete.due_at), "Y-m-d H:i")
    for address in ("/desk/cases/", f"/desk/cases/{incomplete.code}"):
        shown = page(desk, address)
        assert "Clock begins when complete" in shown
        assert due not in shown
    Case.objects.filter(pk=incomplete.pk).update(valid_at=incomplete.created_at)
    assert due in page(desk, "/desk/cases/")


def test_the_shelves_hold_each_case_once(desk: Client, officer: User) -> None:
    cases = [fresh(contact="") for _ in range(3)]
    for case in cases[1:]:
        services.take(by=officer, case=case)
        services.answer(by=officer, case=case, text=ANSWER)
    services.close(by=officer, case=cases[2])
    for name, case in zip(("open", "answered", "closed"), cases, strict=True):
        shown = page(desk, f"/desk/cases/?shelf={name}")
        assert [each.code in shown for each in cases] == [each is case for each in cases]
    assert cases[0].code in page(desk, "/desk/cases/?shelf=nonsense")


def test_a_long_queue_has_pages_that_stay_on_their_shelf(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(views.PAGE_SIZE + 1):
        fresh()
    with django_assert_max_num_queries(16):
        assert "?shelf=open&amp;page=2" in page(desk, "/desk/cases/")
    assert page(desk, "/desk/cases/?shelf=open&page=2").count("/desk/cases/") < 5


def test_an_empty_queue_says_so_and_counts_opinions(desk: Client) -> None:
    filing.count_opinion(verdict=Verdict.CONFIRMED, is_right=False)
    shown = page(desk, "/desk/cases/")
    assert "Nothing here" in shown
    assert "0 readers called a report right and 1 called one wrong" in shown


def test_a_case_is_read_taken_answered_and_closed(desk: Client, officer: User, work: Work) -> None:
    case = fresh(work=work, file_sha256="ab" * 32, contact="")
    address = f"/desk/cases/{case.code}"
    shown = page(desk, address)
    for text in (TEXT, work.code, "ab" * 32, "Take this case"):
        assert text in shown
    assert "Send the answer" not in shown

    desk.post(f"{address}/take")
    assert "Send the answer" in page(desk, address)
    assert desk.post(f"{address}/answer", {"text": ANSWER}).status_code == 302
    assert ANSWER in page(desk, address)
    desk.post(f"{address}/close")
    case.refresh_from_db()
    assert (case.state, case.taken_by, case.answer) == ("closed", officer, ANSWER)


def test_the_owner_of_a_work_neither_reads_nor_moves_what_others_say_of_it(officer: User, work: Work) -> None:
    work.owner.groups.add(*officer.groups.all())
    browser = Client()
    browser.force_login(work.owner)
    case = fresh(file_sha256=work.marked_sha256)
    services.take(by=officer, case=case)
    steps = ("", "/take", "/put-back", "/answer", "/reject", "/close", "/contact")
    address = f"/desk/cases/{case.code}"
    answers = [browser.get(address), *(browser.post(address + step, {"text": ANSWER}) for step in steps[1:])]
    assert {each.status_code for each in answers} == {403}
    for each in answers:
        shown = each.content.decode()
        assert "for others to decide" in shown
        assert TEXT not in shown
        assert "Take this case" not in shown
    case.refresh_from_db()
    assert (case.state, case.taken_by) == ("in_review", officer)


def test_a_case_is_put_back_and_turned_down(desk: Client, case: Case) -> None:
    address = f"/desk/cases/{case.code}"
    for step in ("take", "put-back", "take"):
        desk.post(f"{address}/{step}")
    assert desk.post(f"{address}/reject", {"text": "The picture shows a drawing."}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.answer) == ("rejected", "The picture shows a drawing.")


def test_its_address_is_shown_on_request_only_and_that_is_recorded(desk: Client, taken: Case) -> None:
    shown = desk.post(f"/desk/cases/{taken.code}/contact")
    assert ADDRESS in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Record.objects.filter(kind="case.contact_viewed", subject=f"case:{taken.code}").count() == 1
    assert ADDRESS not in page(desk, f"/desk/cases/{taken.code}")


def test_without_having_taken_the_case_nobody_sees_its_address(desk: Client, case: Case) -> None:
    response = desk.post(f"/desk/cases/{case.code}/contact", follow=True)
    assert "Take the case first" in response.content.decode()
    assert ADDRESS not in response.content.decode()
    assert not Record.objects.filter(kind="case.contact_viewed").exists()


@pytest.mark.parametrize("step", ["answer", "reject"])
def test_what_was_written_is_not_lost_when_it_cannot_be_sent(desk: Client, case: Case, step: str) -> None:
    address = f"/desk/cases/{case.code}/{step}"
    refused = desk.post(address, {"text": ANSWER})
    assert refused.status_code == 403
    assert "Take the case first" in refused.content.decode()
    desk.post(f"/desk/cases/{case.code}/take")
    invalid = desk.post(address, {"text": "too short"})
    assert invalid.status_code == 400
    assert "too short" in invalid.content.decode()


def test_an_address_that_the_mail_server_refuses_is_said_to_be(desk: Client, case: Case) -> None:
    assert "the mail server refuses it" not in page(desk, f"/desk/cases/{case.code}")
    Case.objects.filter(pk=case.pk).update(mail_refused_at=NOW)
    assert "the mail server refuses it" in page(desk, f"/desk/cases/{case.code}")


@pytest.mark.parametrize("step", ["answer", "reject"])
def test_a_second_click_leads_to_the_answered_case(desk: Client, taken: Case, step: str) -> None:
    address = f"/desk/cases/{taken.code}"
    answers = [desk.post(f"{address}/{step}", {"text": ANSWER}) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, address)] * 2


@pytest.mark.parametrize("step", ["take", "put-back", "answer", "reject", "close", "contact"])
def test_who_comes_back_to_a_step_without_its_form_is_led_to_the_case(
    desk: Client, taken: Case, step: str
) -> None:
    address = f"/desk/cases/{taken.code}"
    signing_in = Client().post(f"{address}/{step}")
    assert f"next={address}/{step}" in signing_in["Location"]
    for answer in (desk.get(f"{address}/{step}"), desk.head(f"{address}/{step}")):
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert desk.put(f"{address}/{step}").status_code == 405
    taken.refresh_from_db()
    assert taken.state == "in_review"
    assert not Record.objects.filter(kind="case.contact_viewed").exists()


def test_what_is_no_longer_possible_is_said(desk: Client, case: Case) -> None:
    response = desk.post(f"/desk/cases/{case.code}/close", follow=True)
    assert "Meanwhile this case has moved on" in response.content.decode()


def test_an_unknown_case_is_not_found(desk: Client) -> None:
    assert desk.get("/desk/cases/0123456789").status_code == 404
    assert desk.get("/desk/cases/UUUUUUUUUU").status_code == 404


def test_an_erased_content_is_said_to_be(desk: Client, officer: User) -> None:
    case = filed()
    with unrecorded():
        Case.objects.filter(pk=case.pk).update(
            state="closed", taken_by=officer, answer=ANSWER, answered_at=NOW, closed_at=NOW,
            contact=None, description=None, wrapped_key=None,
        )  # fmt: skip
    assert "The content is erased." in page(desk, f"/desk/cases/{case.code}")


def test_a_case_is_late_from_its_due_date_on(desk: Client) -> None:
    case = fresh()
    assert "Overdue" not in page(desk, f"/desk/cases/{case.code}")
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert "Overdue" in page(desk, f"/desk/cases/{case.code}")
