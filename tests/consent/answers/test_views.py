from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.users.models import User
from consent.answers.evidence import check_signature
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.grants.evidence import facts_of, proof_of
from consent.grants.models import Grant
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import Proof
from tests.consent.answers.passkeys import Passkey

pytestmark = pytest.mark.django_db


def own(request: Request, name: str = "page") -> str:
    return reverse(f"own_requests:{name}", args=[request.answer_reference])


def seen_and_ticked(request: Request) -> dict[str, str]:
    ticks = {each.value: "on" for each in Tick}
    return {"version": str(request.version), "scope_sha256": request.scope_sha256, **ticks}


def state(request: Request) -> str:
    request.refresh_from_db()
    return request.state


def test_it_leads_from_the_link_to_a_signed_grant(
    browser: Client, person: User, request_public: Request, link: str, passkey: Passkey
) -> None:
    assert "Look at the request" in browser.get(reverse("answers:landing", args=[link])).content.decode()
    looked = browser.post(reverse("answers:look", args=[link]), follow=True)
    assert "Of me, this is used: face." in looked.content.decode()
    assert state(request_public) == RequestState.VIEWED
    text = browser.post(own(request_public, "ask"), seen_and_ticked(request_public))
    question = Question.objects.get()
    assert "I allow" in text.content.decode()
    sent = {"nonce": bytes(question.nonce).hex(), "assertion": passkey.sign(challenge_of(question))}
    answer = browser.post(own(request_public, "agree"), sent, follow=True)
    assert "You have agreed." in answer.content.decode()
    grant = Grant.objects.get(request=request_public)
    assert (state(request_public), proof_of(grant)) == (RequestState.GRANTED, Proof.SIGNED)
    assert check_signature(facts_of(grant))


def test_it_takes_a_typed_sentence_for_a_private_use(browser: Client, request_private: Request) -> None:
    browser.post(own(request_private, "look"))
    page = browser.post(own(request_private, "ask"), seen_and_ticked(request_private)).content.decode()
    nonce = re.search(r'name="nonce" value="([0-9a-f]{64})"', page)
    assert nonce
    browser.post(own(request_private, "agree"), {"nonce": nonce[1], "typed": "i agree."})
    assert proof_of(Grant.objects.get()) is Proof.IDENTITY


def test_it_answers_by_code_without_an_account(requester: User, request_public: Request, link: str) -> None:
    nobody = Client()
    with_callbacks = pytest.importorskip("django.test").TestCase.captureOnCommitCallbacks
    with with_callbacks(execute=True):
        nobody.post(reverse("answers:send-code", args=[link]))
    (sent,) = mail.outbox
    code = re.search(r"\b(\d{6})\b", sent.body)
    assert code
    assert sent.to == ["lin@example.com"]
    page = nobody.post(reverse("answers:enter", args=[link]), {"code": code[1]}, follow=True).content.decode()
    assert "Of me, this is used: face." in page
    assert requester.producer_id in page
    assert "Lin Mei" not in page
    assert "Ada Lovelace" not in page
    nobody.post(reverse("answers:act", args=[link]), {"act": "refuse"})
    assert state(request_public) == RequestState.REFUSED
    assert not request_public.refused_openly


def test_it_needs_a_fresh_sign_in(
    browser: Client, person: User, request_public: Request, passkey: Passkey
) -> None:
    stale = Client()
    stale.force_login(person)
    answer = stale.post(own(request_public, "ask"), seen_and_ticked(request_public))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert token_for(request_public)
    assert not Question.objects.exists()
