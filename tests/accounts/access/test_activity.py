"""It writes down where sessions are used from, once a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(User.objects.create_user("lin@example.com", password="correct horse battery"))
    client.get("/me/notices/")
    return client


def writes(browser: Client, **headers: str) -> int:
    with CaptureQueriesContext(connection) as found:
        browser.get("/me/notices/", headers=headers)
    return sum(not each["sql"].startswith("SELECT") for each in found.captured_queries)


def test_a_first_request_is_written_down(browser: Client) -> None:
    assert UserSession.objects.get().ip == "127.0.0.1"


def test_another_within_a_minute_writes_nothing(browser: Client) -> None:
    assert writes(browser) == 0


def test_one_after_a_minute_is_written_down(browser: Client) -> None:
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
    browser.get("/me/notices/")
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_another_browser_is_written_down_at_once(browser: Client) -> None:
    browser.get("/me/notices/", headers={"user-agent": "Lynx"})
    assert UserSession.objects.get().user_agent == "Lynx"


def test_another_address_is_written_down_at_once(browser: Client) -> None:
    browser.get("/me/notices/", REMOTE_ADDR="192.0.2.7")
    assert UserSession.objects.get().ip == "192.0.2.7"


def test_strangers_have_no_session(client: Client) -> None:
    client.get("/")
    assert not UserSession.objects.exists()
