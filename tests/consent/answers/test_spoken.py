"""What is signed counts once it was said and heard, where the use is grave enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import destroy
from consent.answers import services
from consent.answers.evidence import check_signature
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.grants.evidence import facts_of, proof_of
from consent.grants.models import Grant
from consent.requests.models import Request
from consent.requests.offers import offer_of
from consent.requests.services import accept_counter
from consent.requests.states import RequestState
from consent.scope import GrantState, Proof, Purpose
from consent.scope.documents import read_scope
from consent.statements.models import Statement
from consent.statements.services import hear, reject
from tests.consent.answers.asked import asked
from tests.consent.answers.passkeys import Passkey
from tests.consent.answers.saying import RECORDING, said, signed
from tests.consent.people import scope_for
from tests.consent.statements.hearing import accept
from tests.mails import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_spoken(requester: User) -> Request:
    """A question for advertising, which has to be said aloud."""
    return asked(requester, replace(scope_for(requester), purposes=frozenset({Purpose.ADVERTISING})))


def own(request: Request, name: str = "page") -> str:
    return reverse(f"own_requests:{name}", args=[request.answer_reference])


def sent(request: Request) -> dict[str, str]:
    ticks = {each.value: "on" for each in Tick}
    return {"version": str(request.version), "scope_sha256": request.scope_sha256, **ticks}


def state(request: Request) -> str:
    request.refresh_from_db()
    return request.state


def test_it_leads_from_the_signature_over_the_recording_to_the_grant(
    browser: Client,
    staff_user: User,
    request_spoken: Request,
    passkey: Passkey,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    browser.post(own(request_spoken, "look"))
    assert "you then also say aloud" in browser.get(own(request_spoken)).content.decode()
    assert (
        "Then you say aloud"
        in browser.post(own(request_spoken, "ask"), sent(request_spoken)).content.decode()
    )
    question = Question.objects.get()
    assertion = passkey.sign(challenge_of(question))
    answer = browser.post(
        own(request_spoken, "agree"), {"nonce": bytes(question.nonce).hex(), "assertion": assertion}
    )
    statement = Statement.objects.get()
    page = reverse("statements:page", args=[statement.reference])
    assert answer["Location"] == page
    assert (state(request_spoken), Grant.objects.count()) == (RequestState.CONFIRMED, 0)
    assert "is still awaited" in browser.get(own(request_spoken)).content.decode()
    assert page in browser.get(reverse("likeness:page")).content.decode()
    browser.post(page, {"recording": SimpleUploadedFile("a.ogg", RECORDING)})
    waiting = browser.get(own(request_spoken)).content.decode()
    assert "waits to be heard" in waiting
    assert "Show me the text" not in waiting
    desk = Client()
    staff_user.groups.set([Group.objects.get_or_create(name="consent_reviewer")[0]])
    desk.force_login(staff_user)
    heard = desk.get(reverse("statement_review:statement", args=[statement.reference])).content.decode()
    assert "advertising and endorsement" in heard
    with django_capture_on_commit_callbacks(execute=True):
        desk.get(reverse("statement_review:recording", args=[statement.reference]))
        desk.post(reverse("statement_review:accept", args=[statement.reference]))
    grant = Grant.objects.get(request=request_spoken)
    assert (state(request_spoken), proof_of(grant)) == (RequestState.GRANTED, Proof.SPOKEN)
    assert grant.state == GrantState.PENDING_COOLING  # advertising is thought over for a day
    facts = facts_of(grant)
    assert check_signature(facts)
    assert facts["spoken"]["statement"] == str(statement.reference)  # type: ignore[index, call-overload]
    assert ["creator@example.com"] in [each.to for each in letters()]


def test_it_offers_less_once_that_was_heard(
    request_spoken: Request, requester: User, person: User, staff_user: User, passkey: Passkey
) -> None:
    less = replace(read_scope(request_spoken.scope), outputs=1)
    statement = said(request_spoken, person, passkey, less)
    accept(by=staff_user, statement=statement)
    assert state(request_spoken) == RequestState.COUNTERED
    offer = offer_of(request_spoken)
    assert (offer.scope, offer.proof) == (less, Proof.SPOKEN)
    grant = accept_counter(by=requester, request=request_spoken, counter_sha256=request_spoken.counter_sha256)
    assert (proof_of(grant), check_signature(facts_of(grant))) == (Proof.SPOKEN, True)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda request, person: services.refuse(request, by=person, openly=False),
        lambda request, person: services.put_off(request, by=person),
        lambda request, person: Request.objects.filter(pk=request.pk).update(
            answer_by=request.created_at + timedelta(milliseconds=1)
        ),
        lambda request, person: Request.objects.filter(pk=request.pk).update(person=request.requester),
    ],
)
def test_it_gives_nothing_where_the_request_is_over_meanwhile(
    request_spoken: Request,
    person: User,
    staff_user: User,
    passkey: Passkey,
    meanwhile: Callable[[Request, User], object],
) -> None:
    statement = said(request_spoken, person, passkey)
    meanwhile(request_spoken, person)
    with pytest.raises(Refusal) as refused:
        accept(by=staff_user, statement=statement)
    assert refused.value.code == "request_over"
    statement.refresh_from_db()
    assert (statement.state, Grant.objects.count()) == ("recorded", 0)


def test_it_gives_what_was_signed_whatever_the_row_says_by_then(
    request_spoken: Request, person: User, staff_user: User, passkey: Passkey
) -> None:
    statement = said(request_spoken, person, passkey)
    Statement.objects.update(scope=statement.scope.replace('"outputs":3', '"outputs":9'))
    statement.refresh_from_db()
    accept(by=staff_user, statement=statement)
    assert Grant.objects.get().outputs == 3


def test_a_later_signature_replaces_what_was_to_be_said(
    request_spoken: Request, person: User, passkey: Passkey
) -> None:
    signed(request_spoken, person, passkey)
    signed(request_spoken, person, passkey)
    assert sorted(Statement.objects.values_list("state", flat=True)) == ["asked", "lapsed"]


def test_it_says_that_an_erased_person_said_nothing(
    request_spoken: Request, person: User, staff_user: User, passkey: Passkey
) -> None:
    statement = said(request_spoken, person, passkey)
    destroy(person)
    for act in (hear, accept, partial(reject, reason="Nothing is heard.")):
        with pytest.raises(Refusal) as refused:
            act(by=staff_user, statement=statement)
        assert refused.value.code == "statement_erased"
