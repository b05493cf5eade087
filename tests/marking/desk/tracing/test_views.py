"""Tracing: from a marked file, or a number, to a work and its maker's number, and no further."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.elevation import subjects
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.registry.models import Registration
from tests.conftest import photograph
from tests.marking.desk.complaints import filed
from tests.marking.verification.marked_files import CODE, MarkedFile, marked_file, png_of, register

pytestmark = pytest.mark.django_db
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def marked() -> MarkedFile:
    return marked_file()


@pytest.fixture
def registered(verified_user: User, marked: MarkedFile) -> Registration:
    return register(verified_user, marked)


@pytest.fixture
def officer(db: None) -> User:
    found = User.objects.create_user("traces@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="tracing_officer")[0])
    return found


@pytest.fixture
def desk(officer: User) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer)
    return browser


def sent(browser: Client, data: bytes, **headers: object) -> HttpResponse:
    return browser.post("/desk/trace/", {"file": SimpleUploadedFile("found.png", data)}, **headers)  # type: ignore[return-value,arg-type]


def by_number(browser: Client, number: str) -> HttpResponse:
    browser.handler.enforce_csrf_checks = False
    return browser.post("/desk/trace/number", {"number": number})  # type: ignore[return-value]


def test_a_marked_file_leads_to_its_work_its_makers_number_and_the_way_to_ask(
    desk: Client, registered: Registration, marked: MarkedFile, verified_user: User, officer: User
) -> None:
    answer = sent(desk, marked.data)
    assert answer.status_code == 200
    for said in (CODE, verified_user.producer_id, "Watermark", "Exact copy"):
        assert said in answer.text
    assert f"/desk/elevations/new?persons={verified_user.producer_id}&amp;about=work:{CODE}" in answer.text
    assert "Ada Lovelace" not in answer.text
    assert verified_user.email not in answer.text
    traced = Record.objects.get(kind="work.traced")
    said: Any = body_of(traced)
    assert (traced.subject, said["from"], said["session"]["way"]) == (f"work:{CODE}", "file", "page")
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_file_that_proves_nothing_leads_nowhere(desk: Client, registered: Registration) -> None:
    answer = sent(desk, png_of(photograph(96, 96, seed=9)))
    assert answer.status_code == 404
    assert "Nothing in this file proves" in answer.text
    assert not Record.objects.filter(kind="work.traced").exists()


def test_what_is_no_file_is_said(desk: Client) -> None:
    assert desk.post("/desk/trace/").status_code == 400
    assert sent(desk, b"no picture at all").status_code == 415


def test_forms_of_other_sites_are_not_taken(desk: Client) -> None:
    assert sent(desk, b"x", headers=ELSEWHERE).status_code == 403


@pytest.mark.parametrize("written", [CODE, CODE.lower(), f"{CODE[:5]}-{CODE[5:]}"])
def test_a_number_leads_to_the_same(
    desk: Client, registered: Registration, verified_user: User, written: str
) -> None:
    assert verified_user.producer_id in by_number(desk, written).text
    said: Any = body_of(Record.objects.get(kind="work.traced"))
    assert said["from"] == "number"


@pytest.mark.parametrize(("number", "status"), [("0000000001", 404), ("?", 404), ("", 400)])
def test_a_number_of_no_work_leads_nowhere(desk: Client, number: str, status: int) -> None:
    assert by_number(desk, number).status_code == status


def test_a_look_at_the_addresses_changes_nothing(desk: Client) -> None:
    assert "Trace this file" in desk.get("/desk/trace/").text
    assert desk.get("/desk/trace/number").status_code == 302


def test_others_do_not_enter(registered: Registration, verified_user: User, staff_user: User) -> None:
    for other in (verified_user, staff_user):
        browser = Client()
        browser.force_login(other)
        assert browser.get("/desk/trace/").status_code == 403
        assert browser.post("/desk/trace/number", {"number": CODE}).status_code == 403


def test_nobody_asks_about_themselves(registered: Registration, verified_user: User) -> None:
    verified_user.groups.add(Group.objects.get_or_create(name="tracing_officer")[0])
    browser = Client()
    browser.force_login(verified_user)
    answer = by_number(browser, CODE)
    assert "This is a work of your own." in answer.text
    assert "/desk/elevations/new?" not in answer.text


def test_a_work_and_a_case_lead_to_whoever_made_the_work(
    registered: Registration, verified_user: User
) -> None:
    about = filed(work=registered.work)
    assert subjects.person_behind(f"work:{CODE}") == verified_user
    assert subjects.person_behind(f"case:{about.code}") == verified_user


def test_a_case_without_a_work_and_numbers_of_nothing_lead_to_nobody(db: None) -> None:
    Case.objects.update(work=None)
    for about in (
        "work:0000000001",
        "work:?",
        "case:0000000001",
        "case:?",
        f"case:{filed().code}",
        "user:1",
        "",
    ):
        assert subjects.person_behind(about) is None
