from __future__ import annotations

import pytest

from accounts.elevation import opening, services
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.users.models import User
from tests.accounts.elevation.officers import Approver, approver, officer, wish
from tests.consent.people import account

NAME, NUMBER = "Lin Mei", "110101198506150019"


@pytest.fixture(autouse=True)
def _as_in_the_keeper(keeper: None) -> None:
    """Opening is done in the one process that holds the vault's key."""


@pytest.fixture
def person(db: None) -> User:
    """Whose identity is asked for."""
    return account("lin@example.com", NAME, NUMBER)


@pytest.fixture
def asker(db: None) -> User:
    return officer("asks@example.com", "tracing_officer")


@pytest.fixture
def colleague(db: None) -> Approver:
    """Of the asker's own role."""
    return approver("colleague@example.com", "tracing_officer")


@pytest.fixture
def guard(db: None) -> Approver:
    """Of another role."""
    return approver("guard@example.com", "privacy_officer")


@pytest.fixture
def asked(asker: User, person: User) -> Elevation:
    """A request that waits."""
    return services.ask(by=asker, wish=wish(person))


@pytest.fixture
def approved(asked: Elevation, colleague: Approver, guard: Approver) -> Elevation:
    """A request that two people approved, before the keeper came to it."""
    colleague.approve(asked)
    return guard.approve(asked)


@pytest.fixture
def opened(approved: Elevation) -> Elevation:
    """A request that the keeper opened."""
    assert opening.open_approved(approved.pk)
    approved.refresh_from_db()
    return approved


@pytest.fixture
def concerned(opened: Elevation) -> ConcernedPerson:
    return opened.persons.select_related("person", "elevation").get()
