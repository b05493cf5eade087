from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.api.services import NewClient, create_client
from accounts.users.models import User


@pytest.fixture
def machine(verified_user: User) -> NewClient:
    """A client of that account."""
    return create_client(by=verified_user, name="renderer")


@pytest.fixture
def ask_for_token(client: Client) -> Callable[..., Any]:
    """POST to the token endpoint with HTTP Basic, as OAuth clients do."""

    def ask(machine: NewClient, secret: str | None = None, **fields: str) -> Any:
        credentials = f"{machine.client.pk}:{machine.secret if secret is None else secret}"
        return client.post(
            "/identity/o/api/token",
            {"grant_type": "client_credentials", **fields},
            headers={"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()},
        )

    return ask


@pytest.fixture
def bearer(machine: NewClient, ask_for_token: Callable[..., Any]) -> dict[str, str]:
    """The headers of a request with a token of both scopes."""
    return {"Authorization": f"Bearer {ask_for_token(machine).json()['access_token']}"}
