from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.users.models import User
from consent.grants.models import Grant
from consent.requests.models import Request
from consent.scope.documents import read_scope
from marking.consenting import services
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import work_of
from tests.consent.people import terms_for
from tests.consent.requests.asking import fields

pytestmark = pytest.mark.django_db
PERSON = {"elements": ["face"], "operations": ["face_swap"]}
ASKED = {**PERSON, "name": "Lin Mei", "address": "lin@example.com", "days": 14}


@pytest.fixture
def browser(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def at(work: Work, which: str = "page", *more: object) -> str:
    return reverse(f"consenting:{which}", args=[work.code, *more])


def terms(creator: User, **changes: object) -> dict[str, object]:
    return {**fields(creator), "is_sublicensed": "no", "goes_abroad": "no", **changes}


def test_it_leads_from_the_work_to_what_it_is_for_to_whom_to_ask(
    browser: Client, creator: User, work: Work
) -> None:
    assert at(work) in browser.get(reverse("works:detail", args=[work.code])).content.decode()
    page = browser.get(at(work)).content.decode()
    assert "Say this first" in page
    assert "not named yet" in page
    form = browser.get(at(work, "terms"), {"use": "education"}).context["form"]
    assert form["purposes"].value() == ["education"]
    page = browser.post(at(work, "terms"), terms(creator), follow=True).content.decode()
    assert "entertainment" in page
    assert browser.get(at(work, "terms")).context["form"]["purposes"].value() == ["entertainment"]
    page = browser.post(at(work, "ask"), ASKED, follow=True).content.decode()
    assert "The request is sent." in page
    assert "Lin Mei" in page
    assert "There is no consent of this person to it yet." not in page  # it would read like a refusal
    assert Request.objects.get().subject == f"work:{work.code}"


@pytest.mark.parametrize(
    ("which", "change"), [("terms", {"territories": "China"}), ("ask", {"address": "nobody"})]
)
def test_it_says_what_is_wrong_in_a_form(
    browser: Client, creator: User, work: Work, which: str, change: dict[str, str]
) -> None:
    sent = terms(creator, **change) if which == "terms" else {**ASKED, **change}
    answer = browser.post(at(work, which), sent)
    assert answer.status_code == 400
    assert 'class="errorlist"' in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("last_day", {"last_day": "9999-12-31"}),
        ("last_day", {"last_day": "2099-01-01"}),
        ("last_day", {"first_day": "2020-01-01", "last_day": "2020-02-01"}),
        ("first_day", {"first_day": "0001-01-01"}),
        ("recipients", {"audience": "named"}),
        ("territories", {"territories": "ZZ"}),
        ("channels", {"channels": "; ,"}),
        ("channels", {"channels": "*, example.com"}),
        ("theme", {"theme": "call 138 0013 8000"}),
    ],
)
def test_it_keeps_no_terms_that_nobody_can_be_asked_for(
    browser: Client, creator: User, work: Work, field: str, change: dict[str, str]
) -> None:
    answer = browser.post(at(work, "terms"), terms(creator, **change))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {field})
    assert browser.get(at(work)).status_code == 200


def test_it_says_what_a_service_refuses(browser: Client, work: Work) -> None:
    page = browser.post(at(work, "ask"), ASKED).content.decode()
    assert "First say what the work is for" in page
    page = browser.post(at(work, "leave-out", 9), follow=True).content.decode()
    assert "Nobody is named there" in page


def test_it_takes_a_consent_that_one_holds(browser: Client, grant: Grant, work: Work) -> None:
    services.set_terms(by=work.owner, work=work, terms=terms_for(read_scope(grant.scope)))
    page = browser.get(at(work, "grant"))
    assert page.context["form"].fields["grant"].choices[0][0] == str(grant.reference)
    assert grant.person.producer_id not in page.content.decode()
    assert browser.post(at(work, "grant"), {**PERSON, "grant": "0"}).status_code == 400
    browser.post(at(work, "grant"), {**PERSON, "grant": str(grant.reference)})
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED
    assert browser.get(at(work)).headers["Location"] == reverse("works:detail", args=[work.code])


def test_it_says_that_one_holds_none(browser: Client, work: Work) -> None:
    assert "You hold no consent" in browser.get(at(work, "grant")).content.decode()


def test_it_asks_for_the_new_terms_instead(browser: Client, creator: User, work: Work) -> None:
    browser.post(at(work, "terms"), terms(creator))
    browser.post(at(work, "ask"), ASKED)
    page = browser.post(
        at(work, "terms"), terms(creator, purposes=["education"]), follow=True
    ).content.decode()
    assert "asked for something else" in page
    (place,) = services.use_for(work).people.all()
    page = browser.post(at(work, "again", place.position), follow=True).content.decode()
    assert "asked for something else" not in page
    page = browser.post(at(work, "leave-out", place.position), follow=True).content.decode()
    assert "not named yet" in page


def test_it_shows_every_missing_clause_as_a_sentence(
    browser: Client, creator: User, grant: Grant, work: Work
) -> None:
    browser.post(at(work, "terms"), terms(creator, purposes=["commercial"], territories="DE"))
    page = browser.post(
        at(work, "grant"), {**PERSON, "grant": str(grant.reference)}, follow=True
    ).content.decode()
    assert "Purpose: agreed is entertainment; asked for is commercial, not advertising." in page
    assert "Countries and regions: agreed is CN; asked for is DE." in page


def test_it_is_the_owners_page(client: Client, person: User, work: Work) -> None:
    client.force_login(person)
    assert client.get(at(work)).status_code == 404
    assert client.post(at(work, "ask"), ASKED).status_code == 404


def test_it_leads_elsewhere_where_nothing_waits(browser: Client, creator: User) -> None:
    released = work_of(creator, "released")
    assert browser.get(at(released)).status_code == 302
