from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.users.models import User
from consent.requests import services
from consent.requests.delivery import deliver
from consent.requests.links import request_by_token, token_for
from consent.requests.models import Request
from consent.scope.documents import read_scope
from tests.consent.requests.asking import drafted, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(creator: User, person: User) -> Request:
    request = sent(creator)
    deliver(request.pk)
    request.refresh_from_db()
    return request


def test_it_leads_to_a_request_and_keeps_no_token(waiting: Request) -> None:
    token = token_for(waiting)
    assert len(token) == 32
    assert token == token_for(waiting)
    assert request_by_token(token) == waiting
    stored = [str(value) for value in Request.objects.filter(pk=waiting.pk).values_list().get()]
    assert not any(token in value for value in stored)


def test_it_cannot_be_made_of_what_the_requester_knows(waiting: Request) -> None:
    for guess in (
        "",
        "0" * 32,
        waiting.reference.hex,
        waiting.answer_reference.hex,
        token_for(waiting).upper(),
    ):
        assert request_by_token(guess) is None


def test_it_leads_nowhere_once_the_request_is_over(creator: User, waiting: Request) -> None:
    token = token_for(waiting)
    assert request_by_token(token, now=waiting.answer_by) is None
    assert request_by_token(token, now=waiting.answer_by - timedelta(seconds=1)) == waiting
    new = services.edit(by=creator, request=waiting, scope=read_scope(waiting.scope))
    deliver(new.pk)
    assert request_by_token(token) is None
    assert request_by_token(token_for(new)) == new
    services.cancel(by=creator, request=new)
    assert request_by_token(token_for(new)) is None


def test_it_leads_to_nothing_that_was_not_delivered(creator: User) -> None:
    request = drafted(creator)
    assert request_by_token(token_for(request)) is None
    services.send(by=creator, request=request)
    assert request_by_token(token_for(request)) is None
