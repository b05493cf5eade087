from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.users.models import User
from consent.requests.lifecycle import move
from consent.requests.links import request_by_token, token_for
from consent.requests.models import Request
from consent.requests.names import name_of, sealed_name
from consent.requests.states import RequestState
from tests.consent.answers.asked import asked
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def requester() -> User:
    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def request_sent(requester: User) -> Request:
    return asked(requester)


def test_it_leads_to_its_request_alone(requester: User, request_sent: Request) -> None:
    other = asked(requester, address="ben@example.com")
    token, of_other = token_for(request_sent), token_for(other)
    assert request_by_token(token, now=timezone.now()) == request_sent
    assert request_by_token(of_other, now=timezone.now()) == other
    assert len(token) == 32
    assert token.encode() not in bytes(Request.objects.get(pk=request_sent.pk).token_index or b"")


@pytest.mark.parametrize("token", ["", "0" * 31, "0" * 33, "Z" * 32, "0" * 32, "../" * 8])
def test_it_leads_nowhere_else(request_sent: Request, token: str) -> None:
    assert request_by_token(token, now=timezone.now()) is None


def test_it_dies_with_the_request_its_deadline_or_a_newer_link(request_sent: Request) -> None:
    now = timezone.now()
    first, second = token_for(request_sent), token_for(request_sent)
    assert request_by_token(first, now=now) is None
    assert request_by_token(second, now=request_sent.answer_by) is None
    assert request_by_token(second, now=request_sent.answer_by - timedelta(seconds=1)) == request_sent
    move(request_sent, RequestState.CANCELLED, by=None, now=now)
    assert request_by_token(second, now=now) is None


def test_it_seals_the_stated_name_for_its_own_row(requester: User, request_sent: Request) -> None:
    assert name_of(request_sent) == "Lin Mei"
    assert b"Lin" not in bytes(request_sent.sealed_name or b"")
    request_sent.sealed_name = None
    assert name_of(request_sent) == ""
    assert set(sealed_name(request_sent, "Ben")) == {"wrapped_key", "sealed_name"}
