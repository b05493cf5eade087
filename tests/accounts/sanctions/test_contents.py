"""Why somebody was sanctioned is erased with the records of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.records.verify import verify
from accounts.retention import emptying, holds
from accounts.retention.months import months_before
from accounts.sanctions.models import Sanction
from accounts.sanctions.reasoning import reasons_of
from accounts.sanctions.states import Step
from accounts.users.models import User
from tests.accounts.sanctions.decisions import NOW, sanctioned

INSTANT, DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.fixture
def sanction(user: User, first: User) -> Sanction:
    """A suspension that ends by itself after 30 days."""
    return sanctioned(user, first, Step.SUSPEND)


def test_its_reasons_go_three_years_after_its_end_and_not_before(sanction: Sanction, holder: Client) -> None:
    over = months_before(NOW + 30 * DAY, -36)
    emptying.run(now=over)
    sanction.refresh_from_db()
    assert reasons_of(sanction) is not None
    emptying.run(now=over + INSTANT)
    emptying.run(now=over + DAY)
    sanction.refresh_from_db()
    assert (reasons_of(sanction), sanction.emptied_at) == (None, over + INSTANT)
    assert b"Erased on" in holder.get("/me/standing/").content
    assert verify(is_deep=True).is_intact
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.update(reasons=b"full")


def test_those_of_a_closure_that_stands_stay(user: User, first: User, second: User) -> None:
    sanctioned(user, first, Step.CLOSE)
    emptying.run(now=NOW + 4000 * DAY)
    assert Sanction.objects.get().emptied_at is None


def test_those_of_somebody_held_stay(sanction: Sanction, second: User) -> None:
    now, subject = NOW + 2000 * DAY, f"user:{sanction.user.producer_id}"
    holds.propose(by=second, subject=subject, case="2026-1", document_sha256="0" * 64, now=now)
    emptying.run(now=now)
    sanction.refresh_from_db()
    assert sanction.emptied_at is None
