"""The desk asks whether a complainant bears the name of an account …"""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.stakes import in_case
from marking.desk.decisions import reporters, services
from tests.consent.people import NUMBERS, account
from tests.marking.desk.complaints import NOW, filed

pytestmark = pytest.mark.django_db
NAME = "Marguerite Yourcenar"


@pytest.fixture
def reporter(db: None) -> User:
    return account("marguerite@example.org", NAME)


@pytest.fixture
def impersonator(db: None) -> User:
    return account("other@example.org", NAME, NUMBERS[1])


@pytest.fixture
def impersonation(officer: User) -> Case:
    """A case of impersonation, taken."""
    found = filed(kind=Kind.IMPERSONATION, description="Somebody here pretends to be me.")
    services.take(by=officer, case=found, now=NOW)
    return found


def test_and_learns_yes_or_no_and_no_name_on_any_page_record_or_log(
    impersonation: Case, reporter: User, impersonator: User, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    reporters.prove(by=reporter, case=impersonation, now=NOW)
    stranger = account("third@example.org", "林小梅", NUMBERS[2])
    url = reverse("cases:compare", args=[impersonation.code])
    with caplog.at_level(logging.DEBUG):
        yes = desk.post(url, {"account": impersonator.producer_id.lower()}, follow=True).content.decode()
        no = desk.post(url, {"account": stranger.producer_id}, follow=True).content.decode()
    assert "Yes: both are verified under the same name." in yes
    assert "No: they are not verified under the same name." in no
    for secret in (NAME, "Yourcenar", "林小梅", *NUMBERS):
        assert secret not in yes + no + caplog.text
        assert not any(secret.encode() in bytes(each.entry) for each in Record.objects.all())
    assert Record.objects.filter(kind="identity.matched").count() == 4
    assert [each.event for each in impersonation.events.all()].count("identity_compared") == 2


def test_and_is_refused_where_there_is_nothing_to_compare(
    impersonation: Case, taken: Case, user: User, impersonator: User, officer: User, other_user: User
) -> None:
    def ask(case: Case, producer_id: str = impersonator.producer_id, by: User = officer) -> str:
        with pytest.raises(Refusal) as refused:
            reporters.compare_identity(by=by, case=case, producer_id=producer_id, now=NOW)
        return refused.value.code

    assert ask(impersonation, by=other_user) == "not_taken"
    assert ask(taken) == "wrong_kind"
    assert ask(impersonation) == "no_reporter"
    reporters.prove(by=user, case=impersonation, now=NOW)
    assert ask(impersonation, "NOBODY") == "no_account"
    assert ask(impersonation, officer.producer_id) == "own_account"
    assert ask(impersonation) == "not_verified"


def test_and_the_page_says_what_is_wrong(desk: Client, impersonation: Case) -> None:
    cache.clear()
    url = reverse("cases:compare", args=[impersonation.code])
    assert desk.post(url, {"account": ""}).status_code == 400
    answer = desk.post(url, {"account": "NOBODY"})
    assert answer.status_code == 409
    assert b"has not signed in" in answer.content


def test_and_the_complainant_cannot_work_on_their_own_case(
    impersonation: Case, officer: User, desk: Client
) -> None:
    reporters.prove(by=officer, case=impersonation, now=NOW)
    assert officer.pk in in_case(impersonation)
    assert desk.get(reverse("cases:case", args=[impersonation.code])).status_code == 403
