from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.api.services import NewClient, revoke_client
from accounts.users.models import User

pytestmark = pytest.mark.urls("tests.accounts.api.sample")

Ask = Callable[..., Any]


def test_a_machine_works_from_creation_to_revocation(
    client: Client, machine: NewClient, ask_for_token: Ask, verified_user: User
) -> None:
    granted = ask_for_token(machine)
    assert granted.status_code == 200
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}

    answer = client.get("/sample/read", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"name": verified_user.producer_id})

    revoke_client(by=verified_user, client_id=machine.client.pk)
    assert client.get("/sample/read", headers=headers).status_code == 401
    assert ask_for_token(machine).status_code == 401


def test_it_refuses_a_wrong_secret(machine: NewClient, ask_for_token: Ask) -> None:
    assert ask_for_token(machine, secret="wrong").status_code == 401


def test_it_ends_a_revoked_token(client: Client, machine: NewClient, bearer: dict[str, str]) -> None:
    token = bearer["Authorization"].removeprefix("Bearer ")
    fields = {"token": token, "client_id": machine.client.pk, "client_secret": machine.secret}

    assert client.post("/identity/o/api/revoke", fields).status_code == 200
    assert client.get("/sample/read", headers=bearer).status_code == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic abc", "nonsense"])
def test_it_refuses_strangers_with_a_challenge(client: Client, db: None, header: str | None) -> None:
    answer = client.get("/sample/read", headers={} if header is None else {"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_it_takes_no_token_from_the_address(client: Client, bearer: dict[str, str]) -> None:
    token = bearer["Authorization"].removeprefix("Bearer ")

    assert client.get("/sample/read", {"access_token": token}).status_code == 401


def test_it_refuses_an_expired_token(client: Client, bearer: dict[str, str]) -> None:
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = client.get("/sample/read", headers=bearer)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_it_refuses_a_token_of_another_scope(client: Client, machine: NewClient, ask_for_token: Ask) -> None:
    token = ask_for_token(machine, scope="works:write").json()["access_token"]

    answer = client.get("/sample/read", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="works:read"'


def test_it_grants_no_scope_that_the_client_was_not_given(machine: NewClient, ask_for_token: Ask) -> None:
    assert ask_for_token(machine, scope="openid").status_code == 400


@pytest.mark.parametrize(
    "grant",
    ["", "authorization_code", "password", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
)
def test_it_offers_client_credentials_alone(machine: NewClient, ask_for_token: Ask, grant: str) -> None:
    answer = ask_for_token(machine, grant_type=grant, code="x", refresh_token="x", device_code="x")

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


@pytest.mark.parametrize("resource", ["nonsense", "https://elsewhere.example/"])
def test_it_gives_no_tokens_for_other_resources(
    machine: NewClient, ask_for_token: Ask, resource: str
) -> None:
    answer = ask_for_token(machine, resource=resource)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_target"})


def test_it_refuses_the_machines_of_a_closed_account(
    client: Client, bearer: dict[str, str], verified_user: User
) -> None:
    verified_user.is_active = False
    verified_user.save()

    assert client.get("/sample/read", headers=bearer).status_code == 401


def test_it_refuses_a_client_without_an_owner(
    client: Client, machine: NewClient, bearer: dict[str, str]
) -> None:
    machine.client.owner = None
    machine.client.save()

    assert client.get("/sample/read", headers=bearer).status_code == 401


def test_it_tells_machines_what_is_offered(client: Client) -> None:
    metadata = client.get("/.well-known/oauth-authorization-server").json()

    assert metadata["grant_types_supported"] == ["client_credentials"]
    assert metadata["scopes_supported"] == ["works:read", "works:write"]
    assert metadata["token_endpoint"] == f"{settings.SITE_URL}/identity/o/api/token"
