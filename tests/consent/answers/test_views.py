from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.services import vouch
from accounts.users.models import User
from consent.answers import services
from consent.answers.agreeing import Seen
from consent.answers.entering import LASTS
from consent.answers.evidence import check_signature
from consent.answers.link_views import GUESSED_PER_HOUR, SENT_PER_HOUR
from consent.answers.models import Question
from consent.answers.pages import shows_picture
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.blocking.models import Block
from consent.contacts.models import Contact
from consent.grants.evidence import facts_of, proof_of
from consent.grants.models import Grant
from consent.requests.links import token_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import Proof, Purpose
from consent.scope.documents import read_scope
from marking.desk.cases.models import Case
from tests.consent.answers.asked import ADDRESS, NAME, asked, given, reauthenticate
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import scope_for
from tests.mails import letters
from tests.unrecorded import unrecorded

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
    grant = Grant.objects.get()
    assert proof_of(grant) is Proof.IDENTITY
    page = browser.get(own(request_private)).content.decode()
    assert "You have agreed to this request." in page
    assert "does not wait for an answer" not in page
    assert reverse("likeness:grant", args=[grant.reference]) in page


def test_it_answers_by_code_without_an_account(requester: User, request_public: Request, link: str) -> None:
    nobody = Client()
    with TestCase.captureOnCommitCallbacks(execute=True):
        nobody.post(reverse("answers:send-code", args=[link]))
    (sent,) = letters()
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


# --- without an account ---------------------------------------------------------------------------------------------


@pytest.fixture
def entered(request_public: Request, link: str) -> Client:
    """A browser in which the code was entered."""
    nobody = Client()
    with TestCase.captureOnCommitCallbacks(execute=True):
        nobody.post(reverse("answers:send-code", args=[link]))
    code = re.search(r"\b(\d{6})\b", letters()[-1].body)
    assert code
    spaced = f"{code[1][:3]} {code[1][3:]}"
    answer = nobody.post(reverse("answers:enter", args=[link]), {"code": spaced})
    assert answer["Location"] == reverse("answers:page", args=[link])
    return nobody


@pytest.mark.parametrize(
    ("act", "state_after"),
    [
        ("refuse", RequestState.REFUSED),
        ("refuse_openly", RequestState.REFUSED),
        ("later", RequestState.DEFERRED),
        ("not_me", RequestState.MISDIRECTED),
        ("report", RequestState.REPORTED),
        ("block", RequestState.REFUSED),
    ],
)
def test_it_takes_each_answer_by_code(
    entered: Client, request_public: Request, link: str, act: str, state_after: RequestState
) -> None:
    answer = entered.post(reverse("answers:act", args=[link]), {"act": act})
    assert "Your answer was taken" in answer.content.decode()
    assert state(request_public) == state_after
    assert request_public.refused_openly is (act == "refuse_openly")
    assert Block.objects.exists() is (act == "block")
    assert Case.objects.exists() is (act == "report")
    assert entered.get(reverse("answers:page", args=[link])).status_code == 302  # it is left


def test_it_lets_nobody_agree_by_code(entered: Client, request_public: Request) -> None:
    for name in ("page", "ask", "agree", "narrow"):
        answer = entered.post(own(request_public, name), seen_and_ticked(request_public))
        assert "login" in answer["Location"]
    assert entered.get(own(request_public)).status_code == 302


def test_it_ends_after_half_an_hour_and_when_the_clock_goes_back(
    entered: Client, request_public: Request, link: str
) -> None:
    page = reverse("answers:page", args=[link])
    assert entered.get(page).status_code == 200
    for minutes in (-31, 1):
        session = entered.session
        session["consent.answers.entered"] = {
            str(request_public.answer_reference): (
                timezone.now() + LASTS + timedelta(minutes=minutes)
            ).timestamp()
        }
        session.save()
        assert entered.get(page).status_code == 302
        assert entered.get(reverse("answers:picture", args=[link])).status_code == 404
        assert entered.post(reverse("answers:act", args=[link]), {"act": "refuse"}).status_code == 404


def test_it_takes_no_unknown_answer(
    entered: Client, browser: Client, request_public: Request, link: str
) -> None:
    assert entered.post(reverse("answers:act", args=[link]), {"act": "grant"}).status_code == 400
    assert browser.post(own(request_public, "act"), {"act": "grant"}).status_code == 400
    assert browser.post(own(request_public, "ask"), {}).status_code == 400
    assert browser.post(own(request_public, "agree"), {"nonce": "x"}).status_code == 400
    assert (
        browser.post(own(request_public, "agree"), {"nonce": "0" * 64, "typed": "I agree"}).status_code == 409
    )
    assert state(request_public) == RequestState.VIEWED


def test_it_refuses_what_another_site_sends(request_public: Request, link: str) -> None:
    answer = Client().post(
        reverse("answers:send-code", args=[link]), headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert not request_public.codes.exists()


def test_it_says_the_same_of_every_code_that_is_not_right(entered: Client, link: str) -> None:
    nobody = Client()
    enter = reverse("answers:enter", args=[link])
    said = {nobody.post(enter, {"code": code}).content for code in ("", "12", "1234567", "०१२३४५", "x" * 41)}
    said |= {nobody.post(enter, {"code": "000000"}).content for _ in range(7)}
    assert {b"This code is not valid" in each for each in said} == {True}


def test_it_counts_what_one_address_sends(link: str) -> None:
    nobody, url = Client(), reverse("answers:send-code", args=[link])
    answers = [nobody.post(url) for _ in range(SENT_PER_HOUR + 1)]
    assert [each.status_code for each in answers] == [200] * SENT_PER_HOUR + [429]
    assert answers[-1]["Retry-After"]
    enter = reverse("answers:enter", args=[link])
    guesses = [nobody.post(enter, {"code": "000000"}).status_code for _ in range(GUESSED_PER_HOUR + 1)]
    assert guesses[-2:] == [403, 429]


# --- the page of the person -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["refuse", "later", "not_me", "report", "block"])
def test_it_takes_each_answer_of_the_account(browser: Client, request_public: Request, act: str) -> None:
    browser.post(own(request_public, "look"))
    answer = browser.post(own(request_public, "act"), {"act": act}, follow=True)
    assert answer.status_code == 200
    again = browser.post(own(request_public, "act"), {"act": "not_me"})
    assert again.status_code == (302 if act == "later" else 409)


def test_it_shows_nothing_before_the_person_looks(browser: Client, request_public: Request) -> None:
    page = browser.get(own(request_public)).content.decode()
    assert "Look at the request" in page
    assert "face" not in page.partition("<main")[2]
    assert state(request_public) == RequestState.SENT


def test_it_says_what_is_missing_to_agree(
    browser: Client, person: User, requester: User, request_public: Request
) -> None:
    browser.post(own(request_public, "look"))
    assert "Add a passkey" in browser.get(own(request_public)).content.decode()
    advertising = replace(scope_for(requester), purposes=frozenset({Purpose.ADVERTISING}))
    spoken = asked(requester, advertising, subject="work:0000000001")
    browser.post(own(spoken, "look"))
    assert "signature by passkey and a spoken statement" in browser.get(own(spoken)).content.decode()
    with unrecorded():
        IdentityClaim.objects.filter(user=person).update(state="ended", level=0, decided_at=timezone.now())
    assert "Give your real name" in browser.get(own(request_public)).content.decode()


def test_it_shows_no_request_that_was_not_sent(browser: Client, request_public: Request) -> None:
    for unsent in (RequestState.HELD, RequestState.DRAFT):
        with unrecorded():
            Request.objects.filter(pk=request_public.pk).update(state=unsent)
        assert browser.get(own(request_public)).status_code == 404


def test_it_has_no_picture_where_the_request_is_about_none(browser: Client, request_public: Request) -> None:
    assert browser.get(own(request_public, "picture")).status_code == 404
    assert "veiled" not in browser.get(own(request_public)).content.decode()


def test_it_says_that_it_is_over(browser: Client, request_public: Request) -> None:
    browser.post(own(request_public, "look"))
    Request.objects.filter(pk=request_public.pk).update(answer_by=timezone.now())
    page = browser.get(own(request_public)).content.decode()
    assert "does not wait for an answer any more" in page
    assert "Refuse without a word" not in page
    narrow = browser.get(own(request_public, "narrow")).content.decode()
    assert "does not wait for an answer any more" in narrow


def test_a_mail_server_that_is_away_is_no_error(
    request_public: Request, link: str, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = Client().post(reverse("answers:send-code", args=[link]))
    assert answer.status_code == 200


def test_it_goes_on_with_what_was_sent_before_the_fresh_sign_in(
    person: User, request_public: Request, passkey: Passkey
) -> None:
    stale = Client()
    stale.force_login(person)
    stale.post(own(request_public, "look"))
    again = stale.post(own(request_public, "ask"), seen_and_ticked(request_public))
    page = stale.post(again["Location"], {"password": "correct horse battery"})
    assert "Read and sign" in page.content.decode()
    assert Question.objects.get().person == person


def test_it_takes_no_consent_of_somebody_whose_age_is_not_known(request_private: Request) -> None:
    person = User.objects.create_user(ADDRESS, "correct horse battery")
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True)
    vouch(by=None, user=person, document_type=DocumentType.PASSPORT, name=NAME, number="E12345678")
    browser = Client()
    browser.force_login(person)
    reauthenticate(browser, person)
    browser.post(own(request_private, "look"))
    page = browser.get(own(request_private)).content.decode()
    assert "holds no date of birth" in page
    assert "Show me the text" not in page
    answer = browser.post(own(request_private, "ask"), seen_and_ticked(request_private))
    assert answer.status_code == 403
    assert not Question.objects.exists()


def test_an_offer_is_taken_back_by_code(
    entered: Client, person: User, passkey: Passkey, request_public: Request, link: str
) -> None:
    less = replace(read_scope(request_public.scope), outputs=1)
    looked = Seen(request_public.version, request_public.scope_sha256)
    question = services.ask(request_public, by=person, seen=looked, ticks=set(Tick), locale="en", offer=less)
    signed = given(passkey.sign(challenge_of(question)))
    services.narrow(request_public, by=person, nonce=bytes(question.nonce), given=signed)
    act = reverse("answers:act", args=[link])
    assert entered.post(act, {"act": "later"}).status_code == 409
    assert entered.post(act, {"act": "refuse"}).status_code == 200
    assert state(request_public) == RequestState.REFUSED
    assert request_public.refused_openly


def test_only_who_holds_the_address_is_led_on(link: str, requester: User) -> None:
    other = Client()
    other.force_login(requester)
    for browser in (other, Client()):
        assert browser.post(reverse("answers:look", args=[link])).status_code == 404


def test_no_code_is_sent_to_an_address_that_was_erased(request_public: Request, link: str) -> None:
    Contact.objects.update(wrapped_key=None, sealed_address=None)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert Client().post(reverse("answers:send-code", args=[link])).status_code == 200
    assert letters() == []


def test_whoever_disowned_or_refused_a_request_sees_its_picture_no_more(request_public: Request) -> None:
    shown = {each for each in RequestState if shows_picture(Request(state=each))}
    assert shown == {
        RequestState.SENT, RequestState.VIEWED, RequestState.CONFIRMED, RequestState.DEFERRED,
        RequestState.COUNTERED, RequestState.GRANTED,
    }  # fmt: skip
