"""Kinds of notices that only the tests know, and people to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.notices.kinds import Kind, register
from accounts.notices.models import Notice
from accounts.notices.services import notify
from accounts.users.models import User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

ASKED = Kind(
    "test.asked",
    "Somebody asks for your consent",
    "%(name)s asks for “%(purpose)s”.",
    url_name="api_access:revoke",
    is_required=True,
    open_params=("purpose",),
)
READ = Kind("test.read", "Something was read", "%(name)s read it.")
QUIET = Kind("test.quiet", "Something small happened", "Nothing to do.", is_mailed=False)
register(ASKED, READ, QUIET)

Tell = Callable[..., Notice]


@pytest.fixture
def tell(user: User) -> Tell:
    """Writes a notice to the first account, in a transaction of its own."""

    def told(**changed: object) -> Notice:
        said = {
            "user": user,
            "kind": "test.asked",
            "subject": "request:1",
            "params": {"name": "Ben Bitdiddle", "purpose": "a film"},
            "url_args": ["abc"],
            "now": NOW,
        }
        with transaction.atomic():
            return notify(**(said | changed))  # type: ignore[arg-type]  # the words of each test

    return told
