"""Mails and the count of failed attempts, whatever host a request names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.users.models import User

FOREIGN = "localhost:6666"
ADDRESS = re.compile(r"https?://[^/\s]+")


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db: None) -> Iterator[None]:
    """Attempts are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def _ask_for_a_new_password(client: Client, email: str) -> str:
    response = client.post(reverse("account_reset_password"), {"email": email}, headers={"host": FOREIGN})
    assert response.status_code == 302
    (sent,) = mail.outbox
    return str(sent.body)


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_it_mails_links_to_its_own_address_alone(client: Client, user: User, email: str) -> None:
    body = _ask_for_a_new_password(client, email)

    assert set(ADDRESS.findall(body)) == {settings.SITE_URL}
    assert FOREIGN not in body


def test_it_mails_a_link_that_resets_the_password(client: Client, user: User) -> None:
    body = _ask_for_a_new_password(client, user.email)

    link = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", body)
    assert link is not None
    assert client.get(link[1], follow=True).context["form"] is not None


def test_it_greets_as_itself(client: Client, user: User) -> None:
    body = _ask_for_a_new_password(client, user.email)

    assert "Hello from Yinji 印记!" in body
    assert body.rstrip().endswith(settings.SITE_URL.partition("://")[2])


def test_it_tells_the_holder_of_an_address_where_this_site_is(client: Client, user: User) -> None:
    form = {"email": user.email, "password1": "a sound password", "password2": "a sound password"}
    client.post(reverse("account_signup"), {**form, "agreement": "on"}, headers={"host": FOREIGN})

    assert set(ADDRESS.findall(str(mail.outbox[0].body))) == {settings.SITE_URL}


def test_it_counts_failed_attempts_over_all_hosts(client: Client, user: User) -> None:
    form = {"login": user.email, "password": "wrong"}
    for port in range(6001, 6006):
        client.post(reverse("account_login"), form, headers={"host": f"localhost:{port}"})

    right = {**form, "password": "correct horse battery"}
    response = client.post(reverse("account_login"), right, headers={"host": "localhost:6006"})
    assert response.status_code == 200
    assert "Too many failed login attempts" in response.content.decode()
