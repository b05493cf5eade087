"""Who decides, what was decided, and who turned a complaint down."""

from __future__ import annotations

import pytest

from accounts.sanctions.models import Sanction
from accounts.sanctions.states import Step
from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.desk.decisions import services as cases
from tests.accounts.sanctions.decisions import NOW, moderator, sanctioned
from tests.marking.desk.complaints import filed

from .filings import DAY


@pytest.fixture
def first(db: None) -> User:
    return moderator("first")


@pytest.fixture
def second(db: None) -> User:
    return moderator("second")


@pytest.fixture
def third(db: None) -> User:
    return moderator("third")


@pytest.fixture
def sanction(user: User, first: User) -> Sanction:
    return sanctioned(user, first, Step.SUSPEND)


@pytest.fixture
def turned_down(officer: User) -> Case:
    """A case that an officer turned down a day after it was filed."""
    case = filed()
    cases.take(by=officer, case=case, now=NOW)
    cases.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW + DAY)
    return case
