from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.users.models import User
from consent.requests import services
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.queries import request_for
from consent.requests.states import RequestState, Shown
from consent.requests.templates import TEMPLATES
from tests.consent.requests.asking import drafted, fields, sent

pytestmark = pytest.mark.django_db
NEW = reverse("requests:new")


@pytest.fixture
def browser(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def detail(request: Request) -> str:
    return reverse("requests:detail", args=[request.reference])


def test_it_leads_from_a_common_use_to_a_request_that_is_sent(browser: Client, creator: User) -> None:
    assert "?use=education" in browser.get(NEW).content.decode()
    answer = browser.post(f"{NEW}?use=post", fields(creator), follow=True)
    page = answer.content.decode()
    request = Request.objects.get()
    assert answer.redirect_chain == [(detail(request), 302)]
    assert "signs it with their passkey" in page
    assert "Lin Mei" in page
    page = browser.post(reverse("requests:send", args=[request.reference]), follow=True).content.decode()
    assert "The request is sent." in page
    assert "Whether the address belongs to an account" in page
    assert "Lin Mei" in browser.get(reverse("requests:list")).content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.code)
def test_it_fills_every_clause_and_leaves_what_is_agreed_to_separately_at_no(
    browser: Client, template: object
) -> None:
    form = browser.get(f"{NEW}?use={template.code}").context["form"]  # type: ignore[attr-defined]
    empty = [field.name for field in form if field.value() in (None, "", [])]
    assert set(empty) <= {"name", "address", "recipients", "bound_to"}
    assert [form[name].value() for name in ("may_sublicense", "may_go_abroad")] == ["no", "no"]
    assert "training" not in form["purposes"].value()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"territories": "China"}, "Codes of two letters"),
        ({"last_day": "2020-01-01"}, "before the first one"),
        ({"address": "nobody"}, "valid email"),
        ({"purposes": []}, "required"),
        ({"days": 61}, "less than or equal to 60"),
    ],
)
def test_it_says_what_is_wrong_in_a_form(
    browser: Client, creator: User, change: dict[str, object], sentence: str
) -> None:
    answer = browser.post(NEW, fields(creator, **change))
    assert (answer.status_code, Request.objects.count()) == (400, 0)
    assert sentence in answer.content.decode()


def test_it_says_what_a_service_refuses(browser: Client, creator: User) -> None:
    theme = {"binding": "theme", "bound_to": "call me: +86 138 0013 8000"}
    answer = browser.post(NEW, fields(creator, **theme))
    assert answer.status_code == 422
    assert "without links, addresses and telephone numbers" in answer.content.decode()


def test_it_shows_both_versions_of_a_counter_offer_and_takes_it_in_one_click(
    browser: Client, creator: User, countered: Request
) -> None:
    page = browser.get(detail(countered)).content.decode()
    assert "Offer to look at" in page
    assert "3 files" in page
    assert "1 file" in page
    assert page.count("narrower") == 1
    offer = {"offer": countered.counter_sha256}
    answer = browser.post(reverse("requests:accept", args=[countered.reference]), offer, follow=True)
    assert "as they offered it" in answer.content.decode()
    countered.refresh_from_db()
    assert (countered.state, countered.grant.outputs) == (RequestState.GRANTED, 1)


def test_it_edits_reminds_and_cancels(browser: Client, creator: User) -> None:
    request = sent(creator, now=timezone.now() - timedelta(days=4))
    page = browser.post(reverse("requests:remind", args=[request.reference]), follow=True).content.decode()
    assert "The reminder is sent." in page
    page = browser.post(reverse("requests:remind", args=[request.reference]), follow=True).content.decode()
    assert "three days after" in page
    address = reverse("requests:edit", args=[request.reference])
    assert 'value="Lin Mei"' in browser.get(address).content.decode()
    assert browser.post(address, fields(creator, outputs="")).status_code == 400
    answer = browser.post(address, fields(creator, outputs=1))
    edited = Request.objects.get(version=2)
    assert answer.headers["Location"] == detail(edited)
    assert browser.post(address, fields(creator)).status_code == 409
    page = browser.post(reverse("requests:cancel", args=[edited.reference]), follow=True).content.decode()
    assert "You took it back." in page


@pytest.mark.parametrize("shown", list(Shown))
def test_it_lists_the_requests_of_one_state(browser: Client, creator: User, shown: Shown) -> None:
    drafted(creator, "a@example.com")
    sent(creator, "b@example.com")
    services.cancel(by=creator, request=sent(creator, "c@example.com"))
    services.edit(
        by=creator, request=(old := sent(creator, "d@example.com")), scope=services.read_scope(old.scope)
    )
    run_out = sent(creator, "e@example.com", now=timezone.now() - timedelta(days=15))
    move(run_out, RequestState.EXPIRED, by=None, now=timezone.now())
    page = browser.get(reverse("requests:list"), {"shown": shown.value})
    states = {services.shown_of(row["asked"], timezone.now()) for row in page.context["rows"]}
    known = {Shown.DRAFT, Shown.SENT, Shown.CANCELLED, Shown.SUPERSEDED, Shown.NO_ANSWER}
    assert states == ({shown} & known)


def test_it_shows_a_request_to_nobody_else(client: Client, person: User, creator: User) -> None:
    request = sent(creator)
    client.force_login(person)
    assert client.get(detail(request)).status_code == 404
    assert client.post(reverse("requests:cancel", args=[request.reference])).status_code == 404
    assert request_for(creator, request.reference) == request


def test_it_explains_the_clauses_to_anybody(client: Client) -> None:
    page = client.get(reverse("requests:clauses"))
    assert 'id="withdrawal"' in page.content.decode()
    assert not page.cookies
