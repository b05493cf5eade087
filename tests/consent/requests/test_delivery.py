from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.users.models import User
from consent.contacts.opting_out import opt_out
from consent.requests import holding, services, sweeping
from consent.requests.delivery import deliver, remind
from consent.requests.holding import Arrival
from consent.requests.links import request_by_token, token_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from tests.consent.people import NUMBERS, account
from tests.consent.requests.asking import drafted, sent
from tests.mails import letters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def delivered(request: Request, capture: DjangoCaptureOnCommitCallbacks, **more: object) -> bool:
    """Run the delivery of ``request`` as the worker does, mail included."""
    with capture(execute=True):
        answer = deliver(request.pk, **more)  # type: ignore[arg-type]
    request.refresh_from_db()
    return answer


def test_it_tells_an_account_that_a_request_waits_and_nothing_of_it(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    assert request_by_token(token_for(request)) is None
    assert delivered(request, django_capture_on_commit_callbacks)
    (message,) = letters()
    assert message.to == ["lin@example.com"]
    assert f"/c/{token_for(request)}/" in message.body
    for told in ("Ada", "Lin", creator.producer_id, creator.email, "example.com/", "face"):
        assert told not in message.body + message.subject
    assert request_by_token(token_for(request)) == request
    assert request.state == RequestState.SENT


def test_it_is_done_once(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    assert delivered(request, django_capture_on_commit_callbacks)
    assert not delivered(request, django_capture_on_commit_callbacks)
    assert len(letters()) == 1


def test_it_writes_to_a_strangers_address_once_in_thirty_days_whoever_asks(
    creator: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other, now = account("other@example.com", "Zhao Wei", NUMBERS[2]), timezone.now()
    first, second = sent(creator, now=now), sent(other, now=now)
    assert delivered(first, django_capture_on_commit_callbacks, now=now)
    assert not delivered(second, django_capture_on_commit_callbacks, now=now)
    assert (second.state, len(letters())) == (RequestState.HELD, 1)
    third = account("third@example.com", "Chen Jing", NUMBERS[3])
    later = sent(third, now=now + 30 * DAY)
    assert delivered(later, django_capture_on_commit_callbacks, now=now + 30 * DAY)
    assert "/c/out/" in letters()[1].body


def test_it_brings_what_waited_once_the_address_belongs_to_an_account(
    creator: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other = account("other@example.com", "Zhao Wei", NUMBERS[2])
    first, second = sent(creator), sent(other)
    delivered(first, django_capture_on_commit_callbacks)
    delivered(second, django_capture_on_commit_callbacks)
    account("lin@example.com", "Lin Mei")
    sweeping.sweep(now=timezone.now() + DAY + timedelta(minutes=1))
    second.refresh_from_db()
    assert second.state == RequestState.SENT


def test_it_writes_nothing_to_whom_opted_out(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    opt_out(request.contact)
    assert not delivered(request, django_capture_on_commit_callbacks)
    assert letters() == []
    assert request.deliver_at is None


@pytest.mark.parametrize(
    ("arrival", "state", "mails"), [("refuse", "held", 0), ("queue", "sent", 0), ("ask", "sent", 1)]
)
def test_it_does_what_the_rooms_that_know_the_person_say(
    creator: User,
    person: User,
    arrival: str,
    state: str,
    mails: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    seen = []

    def doorkeeper(who: User, request: Request) -> Arrival:
        seen.append((who, request))
        return Arrival(arrival)

    holding.register("test", doorkeeper)
    try:
        request = sent(creator)
        delivered(request, django_capture_on_commit_callbacks)
    finally:
        holding.forget("test")
    assert seen == [(person, request)]
    assert (request.state, len(letters())) == (state, mails)


def test_it_reminds_an_account_as_often_as_it_was_asked_to(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    delivered(request, django_capture_on_commit_callbacks)
    services.remind(by=creator, request=request, now=timezone.now() + 4 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert remind(request.pk)
        assert not remind(request.pk)
    assert len(letters()) == 2
    assert "still waits" in letters()[1].body


def test_it_reminds_no_strangers_address(
    creator: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    delivered(request, django_capture_on_commit_callbacks)
    services.remind(by=creator, request=request, now=timezone.now() + 4 * DAY)
    assert not remind(request.pk)
    assert len(letters()) == 1


def test_it_delivers_no_draft_and_nothing_unknown(creator: User) -> None:
    assert not deliver(drafted(creator).pk)
    assert not deliver("00000000-0000-0000-0000-000000000000")
    assert not remind(drafted(creator, "x@example.com").pk)
