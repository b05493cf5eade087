from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.records.log import append
from accounts.records.models import Record
from accounts.retention import naming
from accounts.users.models import User
from tests.conftest import _account

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAPER = "ab" * 32


@pytest.fixture
def officer(db: None) -> User:
    return _account("officer@example.com")


@pytest.fixture
def counsel(db: None) -> User:
    return _account("counsel@example.com")


@pytest.fixture
def write(db: None) -> Callable[..., Record]:
    """Append a record of a sign-out at a time."""

    def write(**given: Any) -> Record:
        event = {"kind": "account.sessions_ended", "subject": "user:A", "body": {"sessions": 1}, "by": None}
        return append(**{**event, "now": NOON, **given})

    return write


@pytest.fixture(autouse=True)
def _one_work() -> Iterator[None]:
    """There is one work, which nobody here owns."""
    kept = dict(naming._lookups)
    found = naming.Named("work:8Z0K3ABCDE", None)
    naming.register("work", lambda code: found if code == "8Z0K3ABCDE" else None)
    yield
    naming._lookups.update(kept)
