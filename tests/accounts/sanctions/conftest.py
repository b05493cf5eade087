"""Who decides about accounts."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.users.models import User

from .decisions import moderator


@pytest.fixture
def first(db: None) -> User:
    """A moderator."""
    return moderator("first")


@pytest.fixture
def second(db: None) -> User:
    """Another moderator."""
    return moderator("second")


@pytest.fixture
def desk(first: User) -> Client:
    """The first moderator's browser."""
    browser = Client()
    browser.force_login(first)
    return browser


@pytest.fixture
def holder(user: User) -> Client:
    """The browser of the account that is decided about."""
    browser = Client()
    browser.force_login(user)
    return browser
