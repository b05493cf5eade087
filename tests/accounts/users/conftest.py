from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.users.agreement_text import AgreementText
from accounts.users.models import Agreement, User
from accounts.users.services import publish_agreement
from accounts.vault.sealing import unseal


@pytest.fixture
def agreement(db: None) -> Agreement:
    """The agreement that ships with the software, in force."""
    return publish_agreement()


@pytest.fixture
def next_agreement(agreement: Agreement) -> Callable[[], Agreement]:
    """Publish the version after it."""
    text = AgreementText(agreement.version + 1, "New terms", "新条款", "New marks", "新标识")
    return lambda: publish_agreement(text=text)


@pytest.fixture
def visitor(client: Client, user: User) -> Client:
    """A browser in which the first user has signed in with the password."""
    client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
    return client


@pytest.fixture
def body_of(db: None) -> Callable[[Record, User], Any]:
    """Open the sealed body of a record."""

    def read(record: Record, person: User) -> Any:
        opened = unseal(person, record.body.content, context=body_context(record.event_id))
        return json.loads(opened[SALT_BYTES:])

    return read
