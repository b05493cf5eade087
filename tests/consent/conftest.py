from __future__ import annotations

import pytest

from accounts.users.models import User
from consent.grants.models import Grant
from tests.consent.people import NUMBERS, account, granted


@pytest.fixture
def person(db: None) -> User:
    """Somebody whose face others want to use."""
    return account("lin@example.com", "Lin Mei")


@pytest.fixture
def creator(db: None) -> User:
    """Somebody who wants to."""
    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def grant(person: User, creator: User) -> Grant:
    """One in force."""
    return granted(person, creator)
