from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers import services
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.answers.signals import request_reported
from consent.answers.ticks import Tick
from consent.blocking.services import is_blocked
from consent.grants.models import Grant
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import offer_of
from consent.requests.states import RequestState, shown_to_requester
from consent.scope import Audience, Proof, Purpose
from consent.scope.documents import read_scope
from tests.consent.answers.asked import TICKS, asked, given, private_scope, seen
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import scope_for
from tests.mails import letters

pytestmark = pytest.mark.django_db
Answer = Callable[..., Request]


def kinds(request: Request) -> list[str]:
    found = Record.objects.filter(subject=request.answer_subject).order_by("sequence")
    return list(found.values_list("kind", flat=True))


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def shown(request: Request) -> str:
    return shown_to_requester(
        RequestState(request.state), is_past_deadline=False, refused_openly=request.refused_openly
    )


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda request: services.refuse(request, by=None, openly=False), RequestState.REFUSED),
        (lambda request: services.put_off(request, by=None), RequestState.DEFERRED),
        (lambda request: services.disown(request, by=None), RequestState.MISDIRECTED),
        (lambda request: services.report(request, by=None), RequestState.REPORTED),
        (lambda request: services.block(request, by=None), RequestState.REFUSED),
    ],
)
def test_it_takes_every_answer_without_an_account_and_shows_none(
    request_public: Request, answer: Answer, state: RequestState
) -> None:
    answered = answer(request_public)
    assert answered.state == state
    assert shown(answered) == "sent"
    assert kinds(answered)[-1] in (f"answer.{state}", "answer.refused")
    assert not Record.objects.filter(subject=answered.log_subject).exists()
    assert letters() == []


def test_it_shows_a_refusal_that_is_meant_to_be_seen(
    request_public: Request, person: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        answered = services.refuse(request_public, by=person, openly=True)
    assert shown(answered) == "refused"
    assert letters()[0].to == ["creator@example.com"]


def test_it_answers_once(request_public: Request, person: User) -> None:
    services.refuse(request_public, by=person, openly=False)
    for again in (services.put_off, services.disown, services.report, services.block):
        assert code_of(lambda again=again: again(request_public, by=person)) == "wrong_state"


def test_it_can_be_put_off_twice_and_answered_then(request_public: Request, person: User) -> None:
    services.put_off(request_public, by=person)
    services.put_off(request_public, by=person)
    assert services.refuse(request_public, by=person, openly=False).state == RequestState.REFUSED
    assert kinds(request_public) == ["answer.viewed", "answer.deferred", "answer.refused"]


def test_it_notes_a_look_once(request_public: Request, person: User) -> None:
    services.open_request(request_public, by=person)
    looked = services.open_request(request_public, by=person)
    assert looked.viewed_at
    assert kinds(looked) == ["answer.viewed"]


def test_it_tells_the_desk_of_a_report(request_public: Request) -> None:
    heard: list[object] = []

    def listen(**kwargs: object) -> None:
        heard.append(kwargs["request"])

    request_reported.connect(listen)
    services.report(request_public, by=None)
    request_reported.disconnect(listen)
    assert heard == [request_public]


def test_it_blocks_for_every_address_of_the_person(
    request_public: Request, person: User, requester: User, other_user: User
) -> None:
    services.block(request_public, by=person)
    assert is_blocked(person, requester)
    assert is_blocked(request_public.contact, requester)
    assert not is_blocked(person, other_user)
    assert not is_blocked(other_user, requester)


def test_it_takes_no_answer_after_the_deadline_even_when_the_clock_goes_back(
    request_public: Request, person: User
) -> None:
    late = request_public.answer_by
    assert (
        code_of(lambda: services.refuse(request_public, by=person, openly=True, now=late)) == "request_over"
    )
    other = asked(request_public.requester, private_scope(request_public.requester), address="b@example.com")
    Request.objects.filter(pk=other.pk).update(answer_by=late + timedelta(days=1))
    services.refuse(other, by=None, openly=False, now=late)
    assert code_of(lambda: services.refuse(request_public, by=person, openly=True)) == "request_over"


# --- agreeing ------------------------------------------------------------------------------------------------------


def test_it_wants_every_tick(request_public: Request, person: User, passkey: Passkey) -> None:
    for tick in (Tick.EDIT, Tick.PUBLISH, Tick.THIRD_PARTY):
        refused = code_of(
            lambda tick=tick: services.ask(
                request_public, by=person, seen=seen(request_public), ticks=TICKS - {tick}, locale="en"
            )
        )
        assert refused == "tick_missing"


def test_it_wants_the_proof_that_the_use_needs(
    request_public: Request, requester: User, person: User
) -> None:
    def ask(request: Request) -> Question:
        return services.ask(request, by=person, seen=seen(request), ticks=TICKS, locale="en")

    assert code_of(lambda: ask(request_public)) == "signature_needed"
    Passkey().register(person)
    question = ask(request_public)
    typed = given(typed="I agree")
    grant = lambda: services.grant(request_public, by=person, nonce=bytes(question.nonce), given=typed)  # noqa: E731
    assert code_of(grant) == "signature_needed"
    advertising = replace(scope_for(requester), purposes=frozenset({Purpose.ADVERTISING}))
    spoken = asked(requester, advertising, address="lin@example.com", subject="work:0000000001")
    question = ask(spoken)
    grant = lambda: services.grant(spoken, by=person, nonce=bytes(question.nonce), given=typed)  # noqa: E731
    assert code_of(grant) == "signature_needed"
    Authenticator.objects.all().delete()
    assert code_of(lambda: ask(spoken)) == "signature_needed"


def test_it_wants_a_fresh_sign_in_and_the_sentence(request_private: Request, person: User) -> None:
    question = services.ask(
        request_private, by=person, seen=seen(request_private), ticks=TICKS, locale="zh-hans"
    )
    nonce = bytes(question.nonce)

    def grant(typed: str = "I agree", at: timedelta = timedelta(0)) -> Grant:
        done = given(typed=typed)
        done = replace(done, reauthenticated_at=done.reauthenticated_at and done.reauthenticated_at + at)
        return services.grant(request_private, by=person, nonce=nonce, given=done)

    assert code_of(lambda: grant(at=-timedelta(minutes=6))) == "reauthentication_required"
    assert code_of(lambda: grant(at=timedelta(minutes=1))) == "reauthentication_required"
    assert code_of(lambda: grant(typed="yes")) == "sentence_missing"
    never = replace(given(typed="I agree"), reauthenticated_at=None)
    refused = code_of(lambda: services.grant(request_private, by=person, nonce=nonce, given=never))
    assert refused == "reauthentication_required"
    assert not Grant.objects.exists()


def test_it_offers_less_and_lets_the_offer_be_taken_back(
    request_public: Request, person: User, passkey: Passkey
) -> None:
    less = replace(read_scope(request_public.scope), audience=Audience.PRIVATE, outputs=1)
    question = services.ask(
        request_public, by=person, seen=seen(request_public), ticks={Tick.EDIT}, locale="en", offer=less
    )
    signed = given(passkey.sign(challenge_of(question)))
    offered = services.narrow(request_public, by=person, nonce=bytes(question.nonce), given=signed)
    offer = offer_of(offered)
    assert (offered.state, shown(offered)) == (RequestState.COUNTERED, "countered")
    assert (offer.scope, offer.proof, offer.facts["text"]) == (less, Proof.SIGNED, question.text)
    assert read_scope(offered.scope) != less  # both versions are kept
    taken_back = services.refuse(request_public, by=person, openly=False)
    assert (taken_back.state, shown(taken_back)) == (RequestState.REFUSED, "refused")


def test_it_offers_neither_more_nor_the_same(request_public: Request, person: User) -> None:
    asked_for = read_scope(request_public.scope)

    def ask(**change: object) -> Question:
        offer = replace(asked_for, **change)  # type: ignore[arg-type]
        return services.ask(
            request_public, by=person, seen=seen(request_public), ticks=TICKS, locale="en", offer=offer
        )

    assert code_of(lambda: ask(outputs=4)) == "offer_wider"
    assert code_of(ask) == "offer_unchanged"
    assert code_of(lambda: ask(purposes=frozenset(), audience=Audience.PRIVATE)) == "scope_incomplete"


def test_it_keeps_a_question_for_what_it_was_asked(
    request_public: Request, person: User, passkey: Passkey
) -> None:
    """What was to be granted is not taken for an offer, and the other way round."""
    question = services.ask(request_public, by=person, seen=seen(request_public), ticks=TICKS, locale="en")
    signed = given(passkey.sign(challenge_of(question)))
    assert (
        code_of(lambda: services.narrow(request_public, by=person, nonce=bytes(question.nonce), given=signed))
        == "question_gone"
    )


def test_the_database_refuses_a_question_that_ends_before_it_began(
    request_private: Request, person: User
) -> None:
    question = services.ask(request_private, by=person, seen=seen(request_private), ticks=TICKS, locale="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(ends_at=question.made_at)


def test_it_is_over_once_cancelled(request_private: Request, person: User) -> None:
    looked = seen(request_private)
    move(request_private, RequestState.CANCELLED, by=None, now=timezone.now())
    ask = lambda: services.ask(request_private, by=person, seen=looked, ticks=TICKS, locale="en")  # noqa: E731
    assert code_of(ask) == "request_over"
