from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.leaving import sweeping
from accounts.retention import holds
from accounts.users.erasure import RETENTION
from accounts.users.models import User
from accounts.users.services import request_deletion
from marking.works import services
from marking.works.models import Work
from tests.interleaved import second_waits

PAPER = "ab" * 32


def hold(by: User, subject: str, now: datetime | None = None) -> str:
    holds.propose(by=by, subject=subject, case="2026-1", document_sha256=PAPER, now=now)
    return "held"


@pytest.mark.parametrize("what", ["work", "user"])
def test_the_files_of_a_held_work_stay_until_it_is_lifted(
    submitted: Work, verified_user: User, staff_user: User, what: str
) -> None:
    name = submitted.code if what == "work" else verified_user.producer_id
    hold(staff_user, f"{what}:{name}")
    services.delete(by=verified_user, work=submitted)
    assert services.remove_left_files() == 0
    assert default_storage.exists(submitted.source_path)
    lapsed = timezone.now() + holds.CONFIRMED_WITHIN
    assert services.remove_left_files(lapsed) == 1
    assert not default_storage.exists(submitted.source_path)


def test_a_held_work_keeps_its_owners_account(submitted: Work, verified_user: User, staff_user: User) -> None:
    user = request_deletion(by=verified_user)
    assert user.deletion_requested_at is not None
    due = user.deletion_requested_at + RETENTION
    holds.propose(by=staff_user, subject=f"work:{submitted.code}", case="1", document_sha256=PAPER, now=due)
    assert sweeping.sweep(now=due) == 0
    assert sweeping.sweep(now=due + holds.CONFIRMED_WITHIN) == 1


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_work_that_is_held_meanwhile_stay(
    submitted: Work, verified_user: User, staff_user: User, other_user: User
) -> None:
    hold(staff_user, f"work:{submitted.code}")
    services.delete(by=verified_user, work=submitted)
    lapsed = timezone.now() + holds.CONFIRMED_WITHIN
    held = second_waits(
        lambda: hold(other_user, f"user:{verified_user.producer_id}", lapsed),
        lambda: services.remove_left_files(lapsed),
    )
    assert held == ("held", 0)
    assert default_storage.exists(submitted.source_path)
