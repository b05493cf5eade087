"""A record says through which session somebody acted, so that only the site can lay sessions side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.records.sessions import RecordedSessionMiddleware
from accounts.users.models import User
from accounts.users.services import publish_agreement

Write = Callable[..., Record]
Through = Callable[..., Record]


@pytest.fixture
def through(write: Write) -> Through:
    """Write a record while a request of a signed-in browser is answered."""

    def write_through(browser: Client, user: User, **given: Any) -> Record:
        request = RequestFactory().post("/")
        request.user, request.session = user, browser.session
        written: list[Record] = []

        def answer(request: Any) -> HttpResponse:
            written.append(write(**{"by": user, "person": user, **given}))
            return HttpResponse()

        RecordedSessionMiddleware(answer)(request)
        return written[0]

    return write_through


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def said(record: Record) -> Any:
    body: Any = body_of(record)
    return body["session"]


def test_a_session_has_one_commitment_in_what_is_about_one_person(through: Through, user: User) -> None:
    browser, other = signed_in(user), signed_in(user)
    first, second, elsewhere = (said(through(each, user)) for each in (browser, browser, other))
    assert first == second
    assert first["way"] == "page"
    assert len(bytes.fromhex(first["commitment"])) == 32
    assert first != elsewhere


def test_what_it_did_about_two_people_cannot_be_laid_side_by_side(
    through: Through, staff_user: User, user: User, other_user: User
) -> None:
    browser = signed_in(staff_user)
    one, two = (said(through(browser, staff_user, person=each)) for each in (user, other_user))
    assert one["commitment"] != two["commitment"]
    of_nobody = [
        said(through(browser, staff_user, person=None, subject=each)) for each in ("case:A", "case:B")
    ]
    assert len({each["commitment"] for each in of_nobody}) == 2


def test_it_is_nothing_without_the_sites_key(through: Through, user: User, settings: Any) -> None:
    browser = signed_in(user)
    before = said(through(browser, user))
    settings.KEYS = replace(settings.KEYS, blind_index_key="ab" * 32)
    assert said(through(browser, user)) != before


def test_the_key_of_the_session_is_in_no_record(through: Through, user: User) -> None:
    browser = signed_in(user)
    record = through(browser, user)
    assert browser.session.session_key not in str(body_of(record))
    assert str(said(record)["commitment"]).encode() not in bytes(record.body.content)


def test_who_acts_without_a_session_says_none(
    through: Through, write: Write, user: User, other_user: User
) -> None:
    browser = signed_in(user)
    assert said(through(browser, user, by=None)) == "none"
    assert said(through(browser, user, by=other_user)) == "none"
    assert said(write(by=user, person=user)) == "none"


def test_the_site_itself_tells_it(user: User) -> None:
    agreement = publish_agreement()
    signed_in(user).post("/me/agreement", {"version": agreement.version, "accepted": "on"})
    assert said(Record.objects.get(kind="agreement.accepted"))["way"] == "page"
