"""The copy of a held work is kept, and keeps nothing else waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.retention import holds
from accounts.users.models import User
from marking.unlabelled import making, services
from marking.unlabelled.models import UnlabelledCopy
from marking.works import services as works
from marking.works.models import Work
from tests.conftest import _account
from tests.interleaved import second_waits

from .conftest import PURPOSE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counsel(db: None) -> User:
    return _account("counsel@example.com")


def hold(by: User, subject: str, now: datetime) -> str:
    holds.propose(by=by, subject=subject, case="1", document_sha256="ab" * 32, now=now)
    return "held"


@pytest.mark.parametrize("what", ["work", "user"])
def test_the_copy_of_a_held_work_is_kept(
    ready: UnlabelledCopy,
    counsel: User,
    what: str,
) -> None:
    late, owner = timezone.now() + services.AVAILABLE + timedelta(seconds=1), ready.work.owner
    code = ready.work.code if what == "work" else owner.producer_id
    held = second_waits(lambda: hold(counsel, f"{what}:{code}", late), lambda: making.sweep(now=late))
    assert held == ("held", (0, 0))
    assert default_storage.exists(services.file_name(ready.work))
    with pytest.raises(Refusal) as refused:
        services.request_copy(by=owner, work=ready.work, purpose=PURPOSE, terms=ready.terms_version, now=late)
    assert refused.value.code == "copy_kept"
    assert making.sweep(now=late + holds.CONFIRMED_WITHIN) == (0, 1)


def test_as_many_as_are_swept_at_once_keep_no_work_and_no_copy_waiting(
    ready: UnlabelledCopy,
    counsel: User,
    user: User,
    staff_user: User,
) -> None:
    late = timezone.now() + services.AVAILABLE + timedelta(days=1)
    free, sample = ready.work, Work.objects.get(pk=ready.work_id)
    gone = {"owner": staff_user, "state": "deleted", "deleted_at": late, "created_at": late}
    held = [
        _copied(sample, **gone, number=number, source_path=f"held/{number}", marked_path="")
        for number in range(1, works.MOST_REMOVED_AT_ONCE + 1)
    ]
    Work.objects.bulk_create(held)
    UnlabelledCopy.objects.bulk_create(
        [_copied(ready, id=None, work=each, requested_at=late - timedelta(days=1)) for each in held]
    )
    hold(counsel, f"user:{staff_user.producer_id}", late)
    assert [making.sweep(now=late)[1] for _ in range(2)] == [1, 0]
    works.delete(by=user, work=free)
    Work.objects.filter(pk=free.pk).update(files_removed_at=None)
    assert [works.remove_left_files(late) for _ in range(2)] == [1, 0]


def _copied(row: Any, **changes: Any) -> Any:
    """Another row like ``row``, not saved."""
    columns = {each.name: getattr(row, each.name) for each in row._meta.concrete_fields}
    return type(row)(**columns | changes)
