"""Holds of older versions, which let happen what is refused now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.retention import holds
from accounts.retention.models import LegalHold
from accounts.users.models import User

from .conftest import PAPER

pytestmark = pytest.mark.django_db(transaction=True)
MIGRATIONS = MigrationLoader(None).disk_migrations
AFTER = next(each for each in MIGRATIONS if each[1].endswith("_holds_decided"))
BEFORE = next(each for each in MIGRATIONS[AFTER].dependencies if each[0] == "accounts")
DAY = timedelta(days=1)


@pytest.fixture
def older() -> Iterator[Any]:
    """The holds of a database of the version before; it is brought up to date in the end."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    yield executor.loader.project_state([BEFORE]).apps.get_model("accounts", "LegalHold")
    MigrationExecutor(connection).migrate(leaves)


def test_what_was_done_out_of_time_is_settled_and_holds_as_long_as_before(
    older: Any, officer: User, counsel: User, user: User
) -> None:
    now = timezone.now()

    def hold(subject: str, by: User, **fields: Any) -> Any:
        facts = {"case": "1", "document_sha256": PAPER, "proposed_by_id": by.pk, "proposed_at": now - 9 * DAY}
        return older.objects.create(**{"subject": subject, "ends_at": now - 2 * DAY, **facts, **fields}).pk

    asked = {"lift_asked_by_id": officer.pk, "lift_asked_at": now - 8 * DAY}
    lifted = {"lifted_by_id": counsel.pk, "lifted_at": now - DAY}
    confirmed = {"confirmed_by_id": counsel.pk, "confirmed_at": now - 7 * DAY, "ends_at": now + 300 * DAY}
    lifted_late = hold("work:1", officer, **asked, **lifted)
    confirmed_late = hold("work:2", officer, **asked, **confirmed)
    confirmed_and_lifted = hold("work:3", officer, **asked, **confirmed, **lifted)
    lapsed = hold("work:4", officer)
    first = hold("work:4", counsel, proposed_at=now - 2 * DAY, ends_at=now + 5 * DAY)
    second = hold("work:4", user, proposed_at=now - DAY, ends_at=now + 6 * DAY)

    MigrationExecutor(connection).migrate([AFTER])

    found = {each.pk: each for each in LegalHold.objects.all()}
    assert found[lifted_late].lifted_at < found[lifted_late].ends_at
    assert found[confirmed_late].lift_asked_at is None
    assert found[confirmed_and_lifted].lift_asked_at == found[confirmed_and_lifted].confirmed_at
    assert [found[each].lapsed_at is not None for each in (lapsed, first, second)] == [True, False, True]
    assert set(holds.standing(now)) == {found[each] for each in (confirmed_late, first, second)}
    assert list(holds.proposed(now)) == [found[first]]
