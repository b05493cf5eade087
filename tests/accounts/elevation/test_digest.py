from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.elevation import services
from accounts.elevation.digest import send_digest, week_before
from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.tasks import open_all_approved, open_approved, sweep
from accounts.elevation.tasks import send_digest as digest_task
from accounts.notices.models import Notice
from accounts.notices.wording import line_of
from accounts.records.models import Record
from accounts.users.models import User
from tests.accounts.elevation.officers import Approver

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 3, 11, 12, tzinfo=UTC)


def test_all_who_may_approve_are_told_once_a_week(
    guard: Approver, colleague: Approver, operator: User, person: User
) -> None:
    assert send_digest(now=WEDNESDAY)
    assert not send_digest(now=WEDNESDAY + timedelta(days=2))
    told = Notice.objects.filter(kind="elevation.digest").values_list("user", flat=True)
    assert set(told) == {guard.user.pk, colleague.user.pk, operator.pk}
    assert send_digest(now=WEDNESDAY + timedelta(days=7))
    assert Record.objects.filter(kind="access.digest_sent").values_list("subject", flat=True).count() == 2


def test_it_counts_the_last_whole_week(
    opened: Elevation, asker: User, guard: Approver, concerned: ConcernedPerson
) -> None:
    services.view(concerned, by=asker)
    inside = datetime(2026, 3, 8, 12, tzinfo=UTC)
    Elevation.objects.update(
        asked_at=inside - timedelta(days=6), opened_at=inside, ends_at=inside + timedelta(hours=1)
    )
    Viewing.objects.update(at=inside)
    week = week_before(WEDNESDAY)
    assert (week.first.isoformat(), week.last.isoformat()) == ("2026-03-02", "2026-03-08")
    assert (week.asked, week.opened, week.views, week.persons, week.gagged) == (1, 1, 1, 1, 0)
    assert week_before(WEDNESDAY + timedelta(days=7)).views == 0
    send_digest(now=WEDNESDAY)
    said = line_of(Notice.objects.get(user=guard.user, kind="elevation.digest")).sentence
    assert said.startswith("From 2026-03-02 to 2026-03-08: 1 asked for, 1 opened, 1 looks at 1 persons")


def test_the_tasks_do_what_the_services_do(approved: Elevation) -> None:
    open_approved(approved.pk)
    approved.refresh_from_db()
    assert approved.state == "open"
    open_all_approved()
    sweep()
    digest_task()
    assert Record.objects.filter(kind="access.digest_sent").count() == 1
