"""Cases as strangers file them, and the people of the desk."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.works.models import Work
from tests.marking.verification.marked_files import marked_file, register

from .complaints import NOW, filed


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """When the case below was filed."""
    return NOW


@pytest.fixture
def work(verified_user: User) -> Work:
    """A released work of somebody."""
    return register(verified_user, marked_file()).work


@pytest.fixture
def case(db: None) -> Case:
    """A case that waits, with an address."""
    return filed()


@pytest.fixture
def officer(db: None) -> User:
    """A member of the desk."""
    found = User.objects.create_user("officer@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    return found


@pytest.fixture
def taken(case: Case, officer: User) -> Case:
    """The case, taken by the officer."""
    services.take(by=officer, case=case, now=NOW)
    return case


@pytest.fixture
def stranger() -> Client:
    """A browser without an account that sends no token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def desk(officer: User) -> Client:
    """The officer's browser."""
    browser = Client()
    browser.force_login(officer)
    return browser
