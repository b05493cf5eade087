"""Jobs survive dead workers, late messages and messages that come twice."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.records.deep import body_of
from accounts.records.models import Record
from config.environment import read
from marking.registry.models import Registration
from marking.works import execution, files, jobs, tasks
from marking.works.models import Job, Work
from marking.works.states import WorkState

pytestmark = pytest.mark.django_db


def _die_in_the_middle(work: Work) -> uuid.UUID:
    """Leave the job as a worker does that was killed while it held the lease."""
    lease = jobs.claim(work.pk, now=timezone.now())
    assert lease is not None
    Job.objects.filter(pk=work.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    return lease


def test_it_gives_a_job_to_one_worker(submitted: Work) -> None:
    now = timezone.now()
    first, second = jobs.claim(submitted.pk, now=now), jobs.claim(submitted.pk, now=now)
    assert first is not None
    assert second is None
    submitted.refresh_from_db()
    assert submitted.state == WorkState.MARKING


def test_it_has_no_job_for_a_work_that_is_done(released: Work) -> None:
    assert jobs.claim(released.pk, now=timezone.now()) is None
    assert jobs.claim(1, now=timezone.now()) is None


def test_it_marks_once_whatever_the_broker_says(submitted: Work) -> None:
    for _ in range(3):
        tasks.mark(submitted.pk)
    submitted.refresh_from_db()
    assert submitted.state == WorkState.RELEASED
    assert Registration.objects.get(payload=submitted.pk).features
    assert Record.objects.filter(kind="work.released").count() == 1
    assert submitted.job.attempts == 1


@pytest.mark.parametrize(
    ("set_to", "said"),
    [
        ("", ("no_filings", "none_stated")),
        ("B-2 https://beian.example/2, A-1 https://beian.example/1", ("filings", ["A-1", "B-2"])),
    ],
)
def test_the_record_says_under_which_filings_it_was_released(
    submitted: Work, settings: Settings, set_to: str, said: tuple[str, object]
) -> None:
    settings.ENVIRONMENT = read({"YINJI_ALGORITHM_FILINGS": set_to})
    tasks.mark(submitted.pk)
    body: Any = body_of(Record.objects.get(kind="work.released"))
    name, value = said
    assert body[name] == value
    assert len({"filings", "no_filings"} & body.keys()) == 1


def test_it_takes_up_what_a_dead_worker_left(submitted: Work) -> None:
    _die_in_the_middle(submitted)
    assert jobs.sweep() == 1
    tasks.mark(submitted.pk)
    submitted.refresh_from_db()
    assert submitted.state == WorkState.RELEASED
    states = [each.state for each in submitted.transitions.all()]
    assert states == [WorkState.QUEUED, WorkState.MARKING, WorkState.RELEASED]


def test_it_throws_away_the_result_of_a_lost_lease(
    submitted: Work, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lease = _die_in_the_middle(submitted)
    tasks.mark(submitted.pk)
    submitted.refresh_from_db()
    released = submitted.marked_sha256
    with pytest.raises(jobs.LeaseLost):
        execution.fail(submitted, lease, code="crashed", details={})
    with pytest.raises(jobs.LeaseLost):
        jobs.require_held(submitted, lease)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.marked_sha256) == (WorkState.RELEASED, released)


def test_it_gives_up_after_three_deaths(submitted: Work) -> None:
    for _ in range(jobs.MOST_ATTEMPTS):
        _die_in_the_middle(submitted)
    tasks.mark(submitted.pk)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.failure) == (WorkState.FAILED, "worker_died")


def test_it_wakes_a_job_whose_message_was_lost(
    submitted: Work, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    assert jobs.sweep() == 0
    later = timezone.now() + jobs.WAKE_AGAIN_AFTER + timedelta(seconds=1)
    assert jobs.sweep(now=later) == 1
    assert jobs.sweep(now=later) == 0


def test_it_leaves_a_held_job_alone(submitted: Work) -> None:
    jobs.claim(submitted.pk, now=timezone.now())
    assert jobs.sweep(now=timezone.now() + timedelta(seconds=5)) == 0


def test_it_clears_what_dead_processes_left() -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old_folder, new_folder, old_upload = (
        files.workspaces() / "old",
        files.workspaces() / "new",
        incoming / "old.upload",
    )
    for folder in (old_folder, new_folder):
        folder.mkdir(exist_ok=True)
    old_upload.write_bytes(b"half a picture")
    hours_ago = time.time() - 2 * files.ABANDONED_AFTER
    for path in (old_folder, old_upload):
        os.utime(path, (hours_ago, hours_ago))
    tasks.sweep()
    assert not old_folder.exists()
    assert not old_upload.exists()
    assert new_folder.exists()
    new_folder.rmdir()


def test_the_database_refuses_a_lease_without_an_end(submitted: Work) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=submitted.pk).update(lease=uuid.uuid4())


def test_it_shows_how_far_it_is(submitted: Work) -> None:
    lease = jobs.claim(submitted.pk, now=timezone.now())
    assert lease is not None
    jobs.report_step(submitted, lease, "watermark")
    assert Job.objects.get(pk=submitted.pk).step == "watermark"
    jobs.report_step(submitted, uuid.uuid4(), "encode")
    assert Job.objects.get(pk=submitted.pk).step == "watermark"
