"""With a great many grants and requests, pages and files take as many queries as with few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.records.models import Record
from accounts.users.models import User
from consent.grants.models import Grant
from consent.history.models import Event
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.scope import GrantState
from consent.uses.models import Use
from consent.uses.states import UseState
from consent.withdrawal.services import MOST_TOGETHER, withdraw, withdraw_all
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.answers.asked import asked
from tests.consent.depicting import published
from tests.consent.people import granted

pytestmark = pytest.mark.django_db


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


@pytest.fixture
def browser(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    browser.get("/me/likeness/")
    return browser


def test_the_page_and_the_export_ask_as_often_for_many_as_for_two(
    browser: Client, person: User, creator: User
) -> None:
    def more(grants: int, requests: int) -> None:
        for number in range(grants):
            published(creator, granted(person, creator)) if number < 2 else granted(person, creator)
        for _ in range(requests):
            asked(creator, subject=f"work:{Request.objects.count():010d}")

    addresses = ("/me/likeness/", "/me/likeness/export", "/me/likeness/withdraw-all")
    more(2, 2)
    few = [queries_of(lambda address=address: browser.get(address)) for address in addresses]  # type: ignore[misc]
    more(10, 10)
    many = [queries_of(lambda address=address: browser.get(address)) for address in addresses]  # type: ignore[misc]
    assert many == few


def test_what_waits_and_what_was_granted_is_shown_page_by_page(
    browser: Client, person: User, creator: User
) -> None:
    for number in range(25):
        asked(creator, subject=f"work:{number:010d}")
        Grant.objects.bulk_create([_row(person, creator)])
    first = browser.get("/me/likeness/").content.decode()
    assert first.count("/me/likeness/requests/") == 20
    assert first.count('class="card-head">\n    <h3><a href="/me/likeness/grants/') == 20
    assert "?waiting=2" in first
    assert "?page=2" in first
    assert browser.get("/me/likeness/?waiting=2").content.decode().count("/me/likeness/requests/") == 5


def _row(person: User, creator: User) -> Grant:
    from datetime import timedelta

    from django.utils import timezone

    from consent.scope import VERSION

    now = timezone.now()
    return Grant(
        person=person, grantee=creator, state=GrantState.ACTIVE, vocabulary=VERSION, scope={}, scope_sha256="0" * 64,
        outputs=1, given_at=now, ends_at=now + timedelta(days=1),
    )  # fmt: skip


def test_everything_is_withdrawn_together_and_each_has_its_own_records(person: User, creator: User) -> None:
    grants = [granted(person, creator) for _ in range(MOST_TOGETHER + 2)]
    works = [published(creator, grant)[0] for grant in grants[:3]]
    alone = queries_of(lambda: withdraw(by=person, grant=grants[0]))
    others = len(grants) - 1
    assert queries_of(lambda: withdraw_all(by=person)) < others * alone * 3 / 4
    assert alone <= 55
    assert set(Grant.objects.values_list("state", flat=True)) == {GrantState.WITHDRAWN}
    assert set(Use.objects.values_list("state", flat=True)) == {UseState.CUT_OFF}
    assert {Work.objects.get(pk=work.pk).state for work in works} == {WorkState.CONSENT_ENDED}
    assert Record.objects.filter(kind="grant.withdrawn").count() == len(grants)
    assert Event.objects.filter(event="withdrawn").count() == len(grants)
    assert Receipt.objects.filter(version=2).count() == 2 * len(grants)
    assert withdraw_all(by=person) == 0


def test_the_button_ends_everything(browser: Client, person: User, creator: User) -> None:
    for _ in range(3):
        granted(person, creator)
    assert "3 consents stand." in browser.get(reverse("likeness:withdraw_all")).content.decode()
    page = browser.post(reverse("likeness:withdraw_all"), follow=True).content.decode()
    assert "3 consents are withdrawn." in page
