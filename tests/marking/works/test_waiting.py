from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.notices.contents import content_of
from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.retention import holds
from accounts.users.models import User
from consent.requests.models import Request
from marking.works import waiting
from marking.works.declaration import Depicts
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.answers.asked import asked
from tests.marking.works.conftest import DECLARATION

PATIENCE = timedelta(days=settings.WAITING_FILES_DAYS)
MONTH = waiting.TOLD_BEFORE
SECOND = timedelta(seconds=1)


@pytest.fixture
def work(submit: Callable[..., Work], picture_file: Path) -> Work:
    """An upload whose owner never asked for the consent that it needs."""
    return submit(picture_file, replace(DECLARATION, depicts=Depicts.FACE))


@pytest.fixture
def uploaded(work: Work) -> datetime:
    """When it came to wait."""
    return work.transitions.latest("at").at


def swept(now: datetime, run: DjangoCaptureOnCommitCallbacks) -> int:
    with run(execute=True):
        return waiting.sweep(now)


def state_of(work: Work) -> str:
    return Work.objects.get(pk=work.pk).state


def notices(work: Work) -> list[Notice]:
    return list(Notice.objects.filter(user=work.owner, kind="work.waits_long").order_by("created_at"))


def test_its_owner_is_told_a_month_before_and_then_it_goes(
    work: Work, uploaded: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ends = uploaded + PATIENCE
    for now, told, state in (
        (ends - MONTH - SECOND, 0, WorkState.AWAITING_CONSENT),
        (ends - MONTH, 1, WorkState.AWAITING_CONSENT),
        (ends - SECOND, 1, WorkState.AWAITING_CONSENT),
        (ends, 1, WorkState.DELETED),
        (ends + MONTH, 1, WorkState.DELETED),
    ):
        swept(now, django_capture_on_commit_callbacks)
        assert (len(notices(work)), state_of(work)) == (told, state)
    assert not default_storage.exists(work.source_path)
    assert Record.objects.filter(kind="work.deleted").count() == 1


def test_where_nobody_swept_for_years_there_is_still_a_month_between(
    work: Work, uploaded: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    late = uploaded + 10 * PATIENCE
    deleted = [
        swept(late + each, django_capture_on_commit_callbacks)
        for each in (timedelta(0), MONTH - SECOND, MONTH)
    ]
    assert deleted == [0, 0, 1]
    (notice,) = notices(work)
    assert timezone.localdate(late + MONTH).isoformat() == content_of(notice).params["date"]


def test_what_somebody_was_asked_for_meanwhile_waits_as_long_again(
    work: Work, uploaded: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    swept(uploaded + PATIENCE - MONTH, django_capture_on_commit_callbacks)
    asked_at = uploaded + PATIENCE - SECOND
    request = asked(work.owner, subject=f"work:{work.code}")
    Request.objects.filter(pk=request.pk).update(created_at=asked_at, answer_by=asked_at + MONTH)
    assert swept(asked_at + PATIENCE - MONTH - SECOND, django_capture_on_commit_callbacks) == 0
    assert len(notices(work)) == 1
    assert swept(asked_at + PATIENCE - MONTH, django_capture_on_commit_callbacks) == 0
    assert len(notices(work)) == 2
    assert swept(asked_at + PATIENCE, django_capture_on_commit_callbacks) == 1


def test_what_is_held_is_neither_told_of_nor_deleted(
    work: Work,
    uploaded: datetime,
    staff_user: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    swept(uploaded + PATIENCE - MONTH, django_capture_on_commit_callbacks)
    due = uploaded + PATIENCE
    holds.propose(by=staff_user, subject=f"work:{work.code}", case="1", document_sha256="ab" * 32, now=due)
    assert swept(due, django_capture_on_commit_callbacks) == 0
    assert state_of(work) == WorkState.AWAITING_CONSENT
    assert swept(due + holds.CONFIRMED_WITHIN, django_capture_on_commit_callbacks) == 1


def test_what_was_released_or_is_being_marked_stays(
    submitted: Work, released: Work, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert swept(timezone.now() + 10 * PATIENCE, django_capture_on_commit_callbacks) == 0
    assert not notices(released)
    assert state_of(released) == WorkState.RELEASED


def test_what_is_run_twice_tells_once_and_deletes_once(
    work: Work, uploaded: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(2):
        swept(uploaded + PATIENCE - MONTH, django_capture_on_commit_callbacks)
    assert len(notices(work)) == 1
    assert [swept(uploaded + PATIENCE, django_capture_on_commit_callbacks) for _ in range(2)] == [1, 0]
