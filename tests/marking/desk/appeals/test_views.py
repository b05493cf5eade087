from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.sanctions.models import Sanction
from accounts.sanctions.states import SanctionState, Step
from accounts.users.models import User
from marking.desk.appeals.models import Appeal
from marking.desk.cases.models import Case
from marking.desk.decisions import services as cases
from tests.accounts.sanctions.decisions import moderator, sanctioned
from tests.marking.desk.complaints import fields

from .filings import REASONS, TEXT

pytestmark = pytest.mark.django_db
CODES = re.compile(r'<dd class="code">([0-9A-Z]{10})</dd>')


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def desk() -> Client:
    """The browser of a moderator who decided nothing yet."""
    browser = Client()
    browser.force_login(moderator("second"))
    return browser


@pytest.fixture
def sanction(user: User, first: User) -> Sanction:
    return sanctioned(user, first, Step.SUSPEND, now=timezone.now())


@pytest.fixture
def holder(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _turned_down(browser: Client) -> tuple[Case, str]:
    page = browser.post("/complaints/new", fields()).content.decode()
    number, code = CODES.findall(page)
    case = next(each for each in Case.objects.all() if each.code == number)
    officer = User.objects.create_user("officer@example.com", "correct horse battery")
    officer.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    cases.take(by=officer, case=case)
    cases.reject(by=officer, case=case, reason="It shows somebody else.")
    return case, code


def test_a_suspended_account_appeals_and_is_heard(
    holder: Client, desk: Client, first: User, sanction: Sanction
) -> None:
    standing = holder.get(reverse("standing:page")).content.decode()
    address = reverse("own_appeals:page", args=["sanction", sanction.pk])
    assert f'href="{address}"' in standing
    assert holder.get(address).status_code == 200
    assert holder.post(address, {"text": "no"}).status_code == 400
    assert holder.post(address, {"text": TEXT}).status_code == 302
    page = holder.get(address).content.decode()
    assert TEXT in page
    assert "<textarea" not in page

    appeal = Appeal.objects.get()
    own = Client()
    own.force_login(first)
    decide = {"outcome": "overturned", "reasons": REASONS}
    refused = own.post(reverse("appeals:appeal", args=[appeal.pk]), decide)
    assert refused.status_code == 403
    assert "took part" in refused.content.decode()

    assert str(appeal.pk) in desk.get(reverse("appeals:queue")).content.decode()
    assert desk.post(reverse("appeals:appeal", args=[appeal.pk]), {}).status_code == 400
    answer = desk.post(reverse("appeals:appeal", args=[appeal.pk]), decide, follow=True)
    assert REASONS in answer.content.decode()
    sanction.refresh_from_db()
    assert sanction.state == SanctionState.LIFTED
    assert REASONS in holder.get(address).content.decode()
    assert holder.get(reverse("works:list")).status_code == 200
    assert str(appeal.pk) in desk.get(reverse("appeals:queue"), {"shelf": "decided"}).content.decode()


def test_nobody_sees_the_appeal_of_another(other_user: User, sanction: Sanction) -> None:
    browser = Client()
    browser.force_login(other_user)

    for kind, reference in (("sanction", sanction.pk), ("case", "8Z0K3M2Q1R"), ("poem", "1")):
        assert browser.get(reverse("own_appeals:page", args=[kind, reference])).status_code == 404


def test_it_says_that_the_time_is_over(holder: Client, sanction: Sanction) -> None:
    long_ago = timezone.now() - timedelta(days=200)
    Sanction.objects.update(begins_at=long_ago, ends_at=long_ago + timedelta(days=30))
    address = reverse("own_appeals:page", args=["sanction", sanction.pk])

    assert "ended on" in holder.get(address).content.decode()
    assert holder.post(address, {"text": TEXT}).status_code == 409


def test_a_complainant_appeals_by_number_and_code(desk: Client) -> None:
    stranger = Client(enforce_csrf_checks=True)
    case, code = _turned_down(stranger)
    known = {"number": case.code, "code": code}
    page = stranger.post("/complaints/status", known).content.decode()
    assert reverse("case_appeals:file") in page

    wrong = stranger.post(reverse("case_appeals:file"), {**known, "code": "0000000000", "text": TEXT})
    assert wrong.status_code == 404
    answer = stranger.post(reverse("case_appeals:file"), {**known, "text": TEXT})
    assert answer.status_code == 200
    assert answer.cookies == {}
    shown = stranger.post("/complaints/status", known).content.decode()
    assert "Waiting for a decision" in shown
    assert reverse("case_appeals:file") not in shown

    appeal = Appeal.objects.get()
    desk.post(reverse("appeals:appeal", args=[appeal.pk]), {"outcome": "upheld", "reasons": REASONS})
    assert REASONS in stranger.post("/complaints/status", known).content.decode()
    case.refresh_from_db()
    assert case.state == "rejected"


def test_an_open_case_offers_no_appeal() -> None:
    stranger = Client()
    page = stranger.post("/complaints/new", fields()).content.decode()
    number, code = CODES.findall(page)
    answer = stranger.post(reverse("case_appeals:file"), {"number": number, "code": code, "text": TEXT})

    assert answer.status_code == 409
    assert not Appeal.objects.exists()
    assert stranger.get(reverse("case_appeals:file")).status_code == 302


def test_the_times_are_published() -> None:
    page = Client().get("/complaints/").content.decode()

    assert "within 184 days" in page
    assert "within 15 days" in page
