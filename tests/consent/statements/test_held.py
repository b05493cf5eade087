from __future__ import annotations

import pytest
from django.core.files.storage import default_storage

from accounts.retention import holds
from accounts.users.models import User
from consent.requests.models import Request
from consent.statements import recordings, services
from consent.statements.models import Statement
from tests.consent.statements.hearing import accept
from tests.interleaved import second_waits

from .test_services import NOW, RECORDING, request_, statement

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["request_", "statement"]


def test_a_recording_that_is_held_meanwhile_is_not_removed(
    statement: Statement, request_: Request, person: User, staff_user: User, other_user: User
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING, now=NOW)
    accept(by=staff_user, statement=statement, now=NOW)
    end, subject = NOW + services.KEPT_AFTER, f"user:{person.producer_id}"

    def hold() -> str:
        holds.propose(by=other_user, subject=subject, case="1", document_sha256="ab" * 32, now=end)
        return "held"

    assert second_waits(hold, lambda: services.sweep(now=end)) == ("held", 0)
    assert default_storage.exists(recordings.name_of(statement.reference))
    assert services.sweep(now=end + holds.CONFIRMED_WITHIN) == 1
