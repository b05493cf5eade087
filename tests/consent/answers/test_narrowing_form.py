from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.users.models import User
from consent.answers.models import Question
from consent.answers.narrowing import is_narrower
from consent.answers.narrowing_form import NarrowingForm
from consent.answers.ticks import Tick
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import ANY_CHANNEL, Audience, Binding, LabelStrength, Money, Purpose, Scope, Withdrawal
from consent.scope.documents import read_scope
from tests.consent.answers.passkeys import Passkey
from tests.consent.scope.cases import NOW, SCOPE

SEEN = {"version": "1", "scope_sha256": "0" * 64}


def as_asked(asked: Scope) -> dict[str, Any]:
    """What a browser sends of the form that nobody touched."""
    form = NarrowingForm(asked=asked, now=NOW, initial=SEEN)
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in shown.items() if value is not None and value is not False}


def offered(asked: Scope, **changes: Any) -> Scope:
    form = NarrowingForm({**as_asked(asked), **changes}, asked=asked, now=NOW)
    assert form.is_valid(), form.errors
    return form.offer()


@pytest.mark.parametrize(
    "asked",
    [
        SCOPE,
        replace(
            SCOPE, channels=ANY_CHANNEL, binding=Binding.PURPOSE, bound_to=frozenset(), needs_preview=False
        ),
        replace(SCOPE, audience=Audience.NAMED, recipients=frozenset({"ada", "bob"}), may_go_abroad=True),
        replace(SCOPE, may_sublicense=True, money=Money.EARNED),
    ],
)
def test_it_begins_with_what_was_asked_and_no_consent_ticked(asked: Scope) -> None:
    untouched = offered(asked)
    assert is_narrower(untouched, asked)
    assert untouched == replace(asked, may_sublicense=False, may_go_abroad=False)
    assert not {each.value for each in Tick} & set(as_asked(asked))


def test_it_makes_every_clause_narrower() -> None:
    asked = replace(
        SCOPE, purposes=frozenset({Purpose.EDUCATION, Purpose.RESEARCH}), channels=ANY_CHANNEL, binding=Binding.PURPOSE,
        bound_to=frozenset(), money=Money.EARNED, label=LabelStrength.IMPLICIT, needs_preview=False,
    )  # fmt: skip
    offer = offered(
        asked, purposes=["research"], audience="named", recipients="Ada\n Bob \n\n", channels="a.example",
        themes="physics", first_day="2026-06-02", last_day="2026-06-08", outputs="1", seconds="5",
        money="none", label="explicit", withdrawal="delete_model", needs_preview="on",
    )  # fmt: skip
    assert is_narrower(offer, asked)
    assert offer.recipients == {"Ada", "Bob"}
    assert (offer.binding, offer.bound_to, offer.channels) == (Binding.THEME, {"physics"}, {"a.example"})
    assert (offer.money, offer.withdrawal, offer.needs_preview) == (Money.NONE, Withdrawal.DELETE_MODEL, True)
    assert offer.not_before
    assert asked.not_before
    assert offer.not_before > asked.not_before
    assert offer.not_after
    assert (offer.not_after - offer.not_before).days == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("elements", ["voice"]),
        ("purposes", []),
        ("territories", ["DE"]),
        ("channels", ["tube.example"]),
        ("outputs", "4"),
        ("outputs", "0"),
        ("seconds", "31"),
        ("money", "earned"),
        ("label", "implicit"),
        ("label", "prominent"),
        ("withdrawal", "stop_new"),
        ("themes", ["love"]),
        ("first_day", "yesterday"),
        ("first_day", "0001-01-01"),
        ("last_day", "9999-12-31"),
        ("scope_sha256", "x"),
    ],
)
def test_it_takes_nothing_wider_and_nothing_unclear(field: str, value: object) -> None:
    form = NarrowingForm({**as_asked(SCOPE), field: value}, asked=SCOPE, now=NOW)
    assert set(form.errors) == {field}


@pytest.mark.parametrize(
    "lines", ["*", "pay me or else", "\n".join(f"a{each}.example" for each in range(21))]
)
def test_it_takes_no_other_channels_than_a_requester_may_name(lines: str) -> None:
    asked = replace(SCOPE, channels=ANY_CHANNEL)
    assert "channels" in NarrowingForm({**as_asked(asked), "channels": lines}, asked=asked, now=NOW).errors


@pytest.mark.parametrize(
    ("field", "lines"), [("recipients", "Pay, or else!"), ("themes", "see evil.example")]
)
def test_it_takes_no_other_words_than_a_requester_may_write(field: str, lines: str) -> None:
    asked = replace(SCOPE, audience=Audience.PUBLIC, recipients=frozenset(), binding=Binding.PURPOSE)
    assert field in NarrowingForm({**as_asked(asked), field: lines}, asked=asked, now=NOW).errors


def test_it_ends_after_it_begins_and_not_in_the_past() -> None:
    now = timezone.now()
    asked = replace(SCOPE, not_before=now - timedelta(days=9), not_after=now + timedelta(days=9))
    today = timezone.localdate()
    for first, last in ((5, 4), (-9, -2)):
        days = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
        assert "last_day" in NarrowingForm({**as_asked(asked), **days}, asked=asked, now=now).errors


@pytest.mark.django_db
def test_it_leads_to_an_offer(browser: Client, person: User, request_public: Request) -> None:
    url = reverse("own_requests:narrow", args=[request_public.answer_reference])
    assert "Offer less" in browser.get(url).content.decode()
    seen = {"version": "1", "scope_sha256": request_public.scope_sha256}
    asked = as_asked(read_scope(request_public.scope)) | seen
    ticked = asked | {each.value: "on" for each in Tick}
    assert "needs a signature by passkey" in browser.post(url, ticked | {"outputs": "1"}).content.decode()
    page = browser.post(url, asked | {"audience": "private"})
    assert (page.status_code, "boxes are not ticked" in page.content.decode()) == (422, True)
    late = browser.post(url, ticked | {"last_day": "2031-01-01"})
    assert (late.status_code, "Time" in late.content.decode()) == (422, True)
    assert browser.post(url, {}).status_code == 400
    assert browser.post(url, ticked | {"scope_sha256": "0" * 64}).status_code == 409
    text = browser.post(url, ticked | {"audience": "private"}).content.decode()
    assert "nobody but the user" in text
    question = Question.objects.get()
    agree = reverse("own_requests:agree", args=[request_public.answer_reference])
    sent = browser.post(agree, {"nonce": bytes(question.nonce).hex(), "typed": "I agree"}, follow=True)
    assert "Your offer is sent." in sent.content.decode()
    request_public.refresh_from_db()
    assert request_public.state == RequestState.COUNTERED
    assert "What you offered instead" in sent.content.decode()
    assert browser.get(url).status_code == 200  # the page of the request: nothing waits
    assert Passkey().count == 0
