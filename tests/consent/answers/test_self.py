"""Whoever is in their own picture asks themselves, and agrees by the same steps as everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers import services
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.grants.evidence import proof_of
from consent.grants.models import Grant
from consent.requests.delivery import deliver
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.services import draft, send
from consent.scope import Proof
from tests.consent.answers.asked import ADDRESS, NAME, TICKS, asked, seen
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import scope_for

pytestmark = pytest.mark.django_db


def own(request: Request, name: str = "page") -> str:
    return reverse(f"own_requests:{name}", args=[request.answer_reference])


def test_it_grants_to_oneself_what_one_read_and_signed(
    browser: Client, person: User, passkey: Passkey
) -> None:
    drafted = draft(by=person, name=NAME, address=ADDRESS, scope=scope_for(person))
    request = send(by=person, request=drafted)
    assert deliver(request.pk)
    request.refresh_from_db()
    assert (request.state, Grant.objects.count()) == ("sent", 0)
    link = token_for(request)
    assert "Look at the request" in browser.get(reverse("answers:landing", args=[link])).content.decode()
    browser.post(reverse("answers:look", args=[link]))
    ticks = {each.value: "on" for each in Tick}
    browser.post(own(request, "ask"), {"version": "1", "scope_sha256": request.scope_sha256, **ticks})
    question = Question.objects.get()
    sent = {"nonce": bytes(question.nonce).hex(), "assertion": passkey.sign(challenge_of(question))}
    assert "You have agreed." in browser.post(own(request, "agree"), sent, follow=True).content.decode()
    grant = Grant.objects.get(request=request)
    assert (grant.person, grant.grantee, proof_of(grant)) == (person, person, Proof.SIGNED)
    page = browser.get(reverse("likeness:grant", args=[grant.reference])).content.decode()
    assert reverse("likeness:withdraw", args=[grant.reference]) in page


def test_nobody_answers_for_another_whom_they_ask_under_their_own_address(
    browser: Client, person: User, passkey: Passkey
) -> None:
    request = asked(person, name="Wang Wei")
    with pytest.raises(Refusal) as refused:
        services.ask(request, by=person, seen=seen(request), ticks=TICKS, locale="en")
    assert refused.value.code == "not_the_person"
    assert not Question.objects.exists()


def test_nobody_sees_the_answers_of_another_whom_they_ask(browser: Client, person: User) -> None:
    assert browser.get(own(asked(person, address="wei@example.com", name="Wang Wei"))).status_code == 404
