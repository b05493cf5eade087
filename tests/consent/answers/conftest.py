from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.users.models import User
from consent.requests.links import token_for
from consent.requests.models import Request
from tests.consent.answers.asked import ADDRESS, NAME, asked, private_scope, reauthenticate
from tests.consent.answers.passkeys import Passkey
from tests.consent.people import NUMBERS, account


@pytest.fixture(autouse=True)
def nothing_is_counted() -> None:
    """Begin with no count of what one address sent."""
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    """Lin Mei, who is asked."""
    return account(ADDRESS, NAME)


@pytest.fixture
def requester(db: None) -> User:
    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def request_public(requester: User) -> Request:
    """A question for a public use, which only a signature grants."""
    return asked(requester)


@pytest.fixture
def request_private(requester: User) -> Request:
    """A question for a private use, for which an identity is enough."""
    return asked(requester, private_scope(requester))


@pytest.fixture
def link(request_public: Request) -> str:
    return token_for(request_public)


@pytest.fixture
def passkey(person: User) -> Passkey:
    passkey = Passkey()
    passkey.register(person)
    return passkey


@pytest.fixture
def browser(person: User) -> Client:
    """The person's own, freshly signed in."""
    browser = Client()
    browser.force_login(person)
    reauthenticate(browser, person)
    return browser
