"""The works of an account that is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.records.models import Record
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from marking.works import services
from marking.works.declaration import Depicts
from marking.works.models import Work
from marking.works.states import WorkState
from tests.marking.works.conftest import DECLARATION
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def erase(user: User) -> None:
    now = timezone.now()
    request_deletion(by=user, now=now - RETENTION - timedelta(days=1))
    erase_account(by=None, user=user, now=now)


def test_it_deletes_what_was_never_released_and_blanks_its_name(
    submit: Callable[..., Work],
    picture_file: Path,
    verified_user: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    work = submit(picture_file, replace(DECLARATION, depicts=Depicts.FACE), "ada-on-the-beach.png")
    assert work.state == WorkState.AWAITING_CONSENT
    with django_capture_on_commit_callbacks(execute=True):
        erase(verified_user)
    work.refresh_from_db()
    assert (work.state, work.source_name) == (WorkState.DELETED, "")
    assert work.files_removed_at is not None
    assert not default_storage.exists(work.source_path)
    (record,) = Record.objects.filter(kind="work.files_removed")
    assert record.body.person_key is None


def test_it_keeps_released_works_without_the_name_of_their_upload(
    submitted: Work, verified_user: User
) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(
            state=WorkState.RELEASED,
            released_at=timezone.now(),
            marked_path="marked/a",
            marked_sha256="0" * 64,
        )
    erase(verified_user)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.source_name) == (WorkState.RELEASED, "")


def test_it_can_still_delete_a_work_of_an_erased_account(
    submitted: Work, verified_user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(state=WorkState.MARKING)
    erase(verified_user)
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(state=WorkState.QUEUED)
    submitted.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        services.delete(by=None, work=submitted)
    submitted.refresh_from_db()
    assert submitted.files_removed_at is not None
