from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.manual import ManualProvider
from accounts.identity.services import submit_claim
from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.sealing import unseal

from .asked import taken_at_word
from .providers.asked_adapters import Adapter, adapters

NAME = "欧阳娜娜"
NUMBER = "11010519491231002X"
OTHER_NUMBER = "810000199001010019"

Submit = Callable[..., IdentityClaim]


@pytest.fixture
def pending(db: None) -> Submit:
    """Make a claim that waits for staff."""

    def submit(user: User, number: str = NUMBER, **given: Any) -> IdentityClaim:
        return submit_claim(by=user, **_facts(number, **{"provider": ManualProvider(), **given}))

    return submit


@pytest.fixture
def accepted(db: None) -> Submit:
    """Make a claim that the local provider accepts."""

    def submit(user: User, number: str = NUMBER, **given: Any) -> IdentityClaim:
        return taken_at_word(user, **_facts(number, **given))

    return submit


def _facts(number: str, **given: Any) -> dict[str, Any]:
    kind = DocumentType.RESIDENCE_PERMIT if number.startswith("8") else DocumentType.RESIDENT_ID
    return {"document_type": kind, "name": NAME, "number": number, **given}


@pytest.fixture
def body_of(db: None) -> Callable[[Record, User], Any]:
    """Open the sealed body of a record."""

    def read(record: Record, person: User) -> Any:
        opened = unseal(person, record.body.content, context=body_context(record.event_id))
        return json.loads(opened[SALT_BYTES:])

    return read


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, Adapter]]:
    """Every adapter beside its fake server."""
    with adapters() as found:
        yield found
