from __future__ import annotations

import pytest

from accounts.records.models import Record
from accounts.users.models import User
from consent.answers import services
from consent.answers.models import Question
from consent.answers.proving import challenge_of
from consent.grants.models import Grant
from consent.requests.models import Request
from tests.consent.answers.asked import TICKS, given, seen
from tests.consent.answers.passkeys import Passkey
from tests.interleaved import outcomes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def question(request_public: Request, person: User, passkey: Passkey) -> Question:
    return services.ask(request_public, by=person, seen=seen(request_public), ticks=TICKS, locale="en")


def test_it_grants_once_however_often_it_is_sent_at_the_same_moment(
    request_public: Request, person: User, passkey: Passkey, question: Question
) -> None:
    signed, nonce = given(passkey.sign(challenge_of(question))), bytes(question.nonce)
    grant = lambda: services.grant(request_public, by=person, nonce=nonce, given=signed)  # noqa: E731
    results = outcomes(*[grant] * 6)
    assert results.count("done") == 1
    assert set(results) <= {"done", "request_over", "question_gone"}
    assert Grant.objects.count() == 1
    assert Record.objects.filter(kind="answer.granted").count() == 1


def test_it_is_either_granted_or_refused(
    request_public: Request, person: User, passkey: Passkey, question: Question
) -> None:
    signed, nonce = given(passkey.sign(challenge_of(question))), bytes(question.nonce)
    results = outcomes(
        lambda: services.grant(request_public, by=person, nonce=nonce, given=signed),
        lambda: services.refuse(request_public, by=person, openly=False),
    )
    request_public.refresh_from_db()
    assert results.count("done") == 1
    assert Grant.objects.exists() is (request_public.state == "granted")
