"""A document that another account holds cannot be told from one that nobody does."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.users.models import User
from config.environment import read
from tests.accounts.identity.test_indexes import vouch

pytestmark = pytest.mark.django_db

TAKEN, FREE = "11010519491231002X", "110105199001010010"
_OWN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@dataclass(frozen=True)
class Seen:
    """All that somebody who submits a document can see and measure of the site's work."""

    status: int
    location: str
    body: str
    page: str
    queries: tuple[int, int]
    kinds: tuple[str, ...]


def _submit(person: User, number: str) -> Seen:
    client, address = Client(), reverse("identity:page")
    client.force_login(person)
    form = {"document_type": "resident_id", "name": "Ada Lovelace", "number": number}
    with (
        CaptureQueriesContext(connections["default"]) as main,
        CaptureQueriesContext(connections["vault"]) as vault,
    ):
        answer = client.post(address, form)
        page = client.get(address)
    return Seen(
        answer.status_code,
        answer["Location"],
        answer.content.decode(),
        _OWN.sub("", page.content.decode()).replace(person.producer_id, "").replace(person.email, ""),
        (len(main), len(vault)),
        tuple(query["sql"].split(" ", 1)[0] for query in main.captured_queries),
    )


@pytest.fixture(params=("manual", "local", "aliyun", "tencent"))
def provider(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Who decides, one after the other."""
    keys = {"YINJI_IDENTITY_KEY_ID": "key", "YINJI_IDENTITY_KEY_SECRET": "secret"}
    has_keys = request.param not in {"manual", "local"}
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": request.param, **(keys if has_keys else {})})
    return str(request.param)


def test_it_answers_alike_with_as_many_queries(
    verified_user: User, other_user: User, operator: User, provider: str
) -> None:
    assert verified_user.identity_claims.get().indexes.filter(is_exclusive=True).exists()
    warm = User.objects.create_user("warm@example.com", "correct horse battery")
    _submit(warm, "110105199001010037")
    taken, free = _submit(other_user, TAKEN), _submit(_beside(other_user), FREE)
    assert taken == free
    assert taken.status == 302
    assert ("Your claim is being checked" in taken.page) is (provider != "manual")
    assert "Waiting for a decision" in taken.page


def _beside(person: User) -> User:
    return User.objects.create_user("c" + person.email[1:], "correct horse battery")


def test_the_same_holds_for_a_document_that_was_given_up(user: User, other_user: User) -> None:
    from accounts.identity import services

    services.end(by=None, claim=vouch(user), reason="Renewed")
    assert _submit(other_user, TAKEN) == _submit(_beside(other_user), FREE)
