from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api.services import NewClient, create_client
from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.users.models import User
from accounts.vault.sealing import seal


@pytest.fixture
def somebody(user: User) -> User:
    """An account whose real name was accepted."""
    IdentityClaim.objects.create(
        user=user,
        document_type=DocumentType.PASSPORT,
        sealed_name=seal(user, "Ada", context="test"),
        sealed_number=seal(user, "X1", context="test"),
        number_index=hashlib.sha256(b"X1").digest(),
        state=ClaimState.VERIFIED,
        provider="manual",
        level=Level.OPERATOR_CHECKED,
        decided_at=timezone.now(),
    )
    return user


@pytest.fixture
def machine(somebody: User) -> NewClient:
    """A client of that account."""
    return create_client(by=somebody, name="renderer")


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
