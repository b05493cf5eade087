"""What somebody might try, each with a test that fails without the defence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.identity.documents import DocumentType
from accounts.identity.services import vouch
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from consent.answers import services
from consent.answers.agreeing import Seen
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.ticks import Tick
from consent.grants.models import Grant
from consent.history.models import Event
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.states import RequestState
from tests.consent.answers.asked import ADDRESS, NAME, TICKS, asked, given, reauthenticate, seen
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db
Actor: TypeAlias = Callable[[Request], User | None]


def _plain(email: str) -> User:
    user = User.objects.create_user(email, "correct horse battery")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _somebody_else(request: Request) -> User:
    return account("ben@example.com", "Ben Franklin", NUMBERS[2])


def _of_the_same_name(request: Request) -> User:
    return account("another.lin@example.com", NAME, NUMBERS[2])


def _of_another_name(request: Request) -> User:
    return account(ADDRESS, "Mei Linda", NUMBERS[2])


def _staff(request: Request) -> User:
    return User.objects.create_superuser("operator@example.com", "correct horse battery")


def _erased(request: Request) -> User:
    person = account(ADDRESS, NAME)
    person.deletion_requested_at = timezone.now() - RETENTION
    return erase_account(by=None, user=person)


ACTORS: dict[str, Actor] = {
    "nobody": lambda request: None,
    "another verified person": _somebody_else,
    "the requester": lambda request: request.requester,
    "somebody of the same name": _of_the_same_name,
    "the address, another name": _of_another_name,
    "the address, no name": lambda request: _plain(ADDRESS),
    "staff": _staff,
    "erased": _erased,
}


def _everything(browser: Client, request: Request, link: str) -> str:
    """All that one gets out of a link and the request behind it."""
    seen_and_ticked = {
        "version": request.version, "scope_sha256": request.scope_sha256, **dict.fromkeys(map(str, Tick), "on"),
        "nonce": "0" * 64, "typed": "I agree", "act": "later", "code": "123456",
    }  # fmt: skip
    of_link = [reverse(f"answers:{name}", args=[link]) for name in
               ("landing", "look", "page", "picture", "send-code", "enter")]  # fmt: skip
    own = [reverse(f"own_requests:{name}", args=[request.answer_reference]) for name in
           ("page", "look", "narrow", "ask", "agree", "picture")]  # fmt: skip
    answers = [ask(url, seen_and_ticked) for url in (*of_link, *own) for ask in (browser.get, browser.post)]
    assert all(answer.status_code < 500 for answer in answers)
    return "".join(answer.content.decode() + str(answer.headers) for answer in answers)


@pytest.mark.parametrize("actor", ACTORS)
def test_a_forwarded_link_grants_nothing_and_names_nobody(
    actor: str, request_public: Request, link: str
) -> None:
    visitor, browser = ACTORS[actor](request_public), Client()
    if visitor is not None:
        browser.force_login(visitor)
        reauthenticate(browser, visitor)
        Passkey().register(visitor)
    said = _everything(browser, request_public, link)
    assert not Grant.objects.exists()
    assert not Question.objects.exists()
    assert NAME not in said
    assert "Ada Lovelace" not in said
    request_public.refresh_from_db()
    assert request_public.person is None


@pytest.mark.parametrize("actor", ["another verified person", "the requester", "somebody of the same name"])
def test_a_link_looks_the_same_to_other_accounts_as_one_that_leads_nowhere(
    actor: str, request_public: Request, link: str
) -> None:
    visitor = ACTORS[actor](request_public)
    assert visitor
    browser = Client()
    browser.force_login(visitor)
    known, unknown = (browser.get(reverse("answers:landing", args=[each])) for each in (link, "0" * 32))
    assert known.status_code == unknown.status_code == 404
    assert _masked(known, link) == _masked(unknown, "0" * 32)


def _masked(answer: HttpResponse, link: str) -> str:
    """A page without its own address and the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(link, "")


def test_a_scanner_changes_nothing(request_public: Request, link: str) -> None:
    scanner, url = Client(), reverse("answers:landing", args=[link])
    before = Request.objects.filter(pk=request_public.pk).values().get()
    events, records = Event.objects.count(), Record.objects.count()
    for ask, times, status in (
        (scanner.get, 50, 200),
        (scanner.head, 50, 200),
        (scanner.options, 900, 204),
    ):
        for answer in (ask(url) for _ in range(times)):
            assert (answer.status_code, answer.cookies) == (status, {})
    page = scanner.get(url).content.decode()
    assert Request.objects.filter(pk=request_public.pk).values().get() == before
    assert (Event.objects.count(), Record.objects.count()) == (events, records)
    assert not Session.objects.exists()
    for secret in (NAME, ADDRESS, "Ada", "creator@example.com", request_public.requester.producer_id):
        assert secret not in page


def test_the_requester_is_never_the_person(requester: User, request_public: Request) -> None:
    """Not with a second address of their own account, nor with a second account: one person has one."""
    EmailAddress.objects.create(user=requester, email=ADDRESS, verified=True)
    Passkey().register(requester)
    assert _refused(request_public, requester) == "not_the_person"
    EmailAddress.objects.filter(email=ADDRESS).delete()
    second = _plain(ADDRESS)
    assert _refused(request_public, second) == "identity_required"
    with pytest.raises(Refusal) as taken:
        vouch(by=None, user=second, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBERS[1])
    assert taken.value.code == "document_taken"
    vouch(by=None, user=second, document_type=DocumentType.RESIDENT_ID, name="A. Lovelace", number=NUMBERS[2])
    assert _refused(request_public, second) == "not_the_person"
    assert Record.objects.filter(kind="answer.refused_not_the_person").count() == 2


def _refused(request: Request, by: User, looked: Seen | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        services.ask(request, by=by, seen=looked or seen(request), ticks=TICKS, locale="en")
    return refusal.value.code


def _asked(request: Request, person: User) -> Question:
    return services.ask(request, by=person, seen=seen(request), ticks=TICKS, locale="en")


def _grant(
    request: Request, person: User, question: Question, assertion: str, late: timedelta = timedelta(0)
) -> str:
    """Try to grant, ``late`` after now; what came of it."""
    done = given(assertion)
    now = timezone.now() + late
    try:
        services.grant(request, by=person, nonce=bytes(question.nonce), given=done, now=now)
    except Refusal as refusal:
        return refusal.code
    return "granted"


def test_a_signature_counts_once(
    request_public: Request, requester: User, person: User, passkey: Passkey
) -> None:
    other = asked(requester, subject="work:0000000001")
    question, again = _asked(request_public, person), _asked(request_public, person)
    assertion = passkey.sign(challenge_of(question))
    assert _grant(request_public, person, again, assertion) == "signature_invalid"
    assert _grant(other, person, question, assertion) == "question_gone"
    assert _grant(other, person, _asked(other, person), assertion) == "signature_invalid"
    assert _grant(request_public, person, question, assertion) == "granted"
    assert _grant(request_public, person, question, assertion) == "request_over"
    assert Grant.objects.count() == 1
    kinds = Record.objects.filter(kind__startswith="answer.refused_").values_list("kind", flat=True)
    assert sorted(kinds) == ["answer.refused_question_gone", *["answer.refused_signature_invalid"] * 2]


def test_a_question_that_ran_out_stays_so_when_the_clock_goes_back(
    request_public: Request, person: User, passkey: Passkey
) -> None:
    question = _asked(request_public, person)
    assertion = passkey.sign(challenge_of(question))
    late = question.ends_at - timezone.now()
    assert _grant(request_public, person, question, assertion, late) in (
        "question_gone",
        "reauthentication_required",
    )
    assert _grant(request_public, person, question, assertion) == "question_gone"
    assert not Grant.objects.exists()


def test_a_request_that_was_edited_is_read_anew(
    request_public: Request, requester: User, person: User, browser: Client, passkey: Passkey
) -> None:
    looked, question = seen(request_public), _asked(request_public, person)
    assertion = passkey.sign(challenge_of(question))
    request_public.refresh_from_db()
    move(request_public, RequestState.SUPERSEDED, by=requester, now=timezone.now())
    newer = asked(requester, subject="work:0000000001")
    Request.objects.filter(pk=newer.pk).update(supersedes=request_public, version=2)
    assert _refused(request_public, person, looked) == "request_changed"
    assert _grant(request_public, person, question, assertion) == "request_changed"
    form = {"version": "1", "scope_sha256": looked.scope_sha256, **dict.fromkeys(map(str, Tick), "on")}
    page = browser.post(reverse("own_requests:ask", args=[request_public.answer_reference]), form)
    assert page.status_code == 409
    assert reverse("own_requests:page", args=[newer.answer_reference]) in page.content.decode()
    stale = Seen(1, "0" * 64)
    newer.refresh_from_db()
    assert _refused(newer, person, stale) == "request_changed"
    assert _refused(newer, person, Seen(1, newer.scope_sha256)) == "request_changed"


def test_a_request_is_answered_by_the_account_that_proved_to_be_asked(
    request_public: Request, person: User, passkey: Passkey
) -> None:
    """Not by a later holder of the address, even of the same name."""
    _asked(request_public, person)
    EmailAddress.objects.filter(user=person).update(email="moved@example.com")
    User.objects.filter(pk=person.pk).update(email="moved@example.com")
    heir = account(ADDRESS, NAME, NUMBERS[2])
    Passkey(name="tablet").register(heir)
    assert _refused(request_public, heir) == "not_the_person"
    assert _refused(request_public, person) == "not_the_person"
