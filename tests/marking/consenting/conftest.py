from __future__ import annotations

import pytest

from accounts.users.models import User
from consent.grants.models import Grant
from marking.works.models import Work
from tests.consent.depicting import work_of
from tests.consent.people import NUMBERS, account, granted


@pytest.fixture
def person(db: None) -> User:
    return account("lin@example.com", "Lin Mei")


@pytest.fixture
def creator(db: None) -> User:
    return account("creator@example.com", "Ada Lovelace", NUMBERS[1])


@pytest.fixture
def grant(person: User, creator: User) -> Grant:
    return granted(person, creator)


@pytest.fixture
def work(creator: User) -> Work:
    """A work that is declared to show a face, and waits."""
    return work_of(creator)
