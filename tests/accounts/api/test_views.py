from __future__ import annotations

import re

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from django.test import Client

from accounts.api.services import MOST_CLIENTS, NewClient, create_client
from accounts.users.models import User

LIST, NEW = "/me/api/", "/me/api/new"


@pytest.fixture
def browser(client: Client, verified_user: User) -> Client:
    """A browser in which the verified account is signed in."""
    client.force_login(verified_user)
    return client


def test_it_shows_id_and_secret_once(browser: Client) -> None:
    answer = browser.post(NEW, {"name": "renderer"})

    made = OAuthClient.objects.get()
    shown = re.findall(r"<code>([A-Za-z0-9_-]{43})</code>", answer.content.decode())
    assert len(shown) == 1
    assert made.check_secret(shown[0])
    assert "no-store" in answer.headers["Cache-Control"]
    later = browser.get(LIST).content.decode()
    assert made.pk in later
    assert shown[0] not in later


def test_it_asks_for_a_name(browser: Client) -> None:
    answer = browser.post(NEW, {"name": ""})

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_it_says_why_it_refuses(browser: Client, verified_user: User) -> None:
    for _ in range(MOST_CLIENTS):
        create_client(by=verified_user, name="x")

    answer = browser.post(NEW, {"name": "one more"})

    assert answer.status_code == 409
    assert "at most 20 clients" in answer.content.decode()


def test_it_revokes(browser: Client, machine: NewClient) -> None:
    answer = browser.post(f"/me/api/{machine.client.pk}/revoke", follow=True)

    assert "The client is revoked." in answer.content.decode()
    assert not OAuthClient.objects.exists()


def test_it_does_not_revoke_for_others(client: Client, machine: NewClient, other_user: User) -> None:
    client.force_login(other_user)

    assert client.post(f"/me/api/{machine.client.pk}/revoke").status_code == 404
    assert OAuthClient.objects.exists()


def test_it_sends_an_account_without_a_real_name_to_give_one(client: Client, user: User) -> None:
    client.force_login(user)

    assert "Give my real name" in client.get(LIST).content.decode()
    assert client.post(NEW, {"name": "x"}).headers["Location"] == "/me/identity/"
