from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.records.verify import verify
from accounts.users.models import User
from accounts.vault.sealing import destroy
from marking.works import services
from marking.works.audit import mismatches
from marking.works.models import Work
from tests.unrecorded import unrecorded


def codes() -> list[str]:
    return [each.code for each in mismatches()]


def test_it_finds_nothing_in_what_was_recorded(submitted: Work, verified_user: User) -> None:
    assert codes() == []
    services.delete(by=verified_user, work=submitted)
    assert codes() == []
    assert verify(is_deep=True).is_intact


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": "deleted", "deleted_at": timezone.now()}, ["work_state"]),
        ({"source_sha256": "0" * 64}, ["work_file"]),
        (
            {
                "state": "released",
                "released_at": timezone.now(),
                "marked_path": "x",
                "marked_sha256": "0" * 64,
                "marked_bytes": 1,
                "marked_media_type": "image/png",
            },
            ["work_state", "work_unrecorded"],
        ),
    ],
)
def test_a_change_without_a_record_is_found(
    submitted: Work, change: dict[str, Any], expected: list[str]
) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(**change)
    assert codes() == expected
    assert set(expected) <= {each.code for each in verify(is_deep=True).told}


def test_a_work_that_nobody_recorded_is_found(submitted: Work) -> None:
    row = {each.attname: getattr(submitted, each.attname) for each in submitted._meta.concrete_fields}
    Work.objects.create(**{**row, "number": submitted.number ^ 1, "source_path": "originals/other"})
    assert codes() == ["work_unrecorded"]


def test_a_record_of_a_release_that_never_was_is_found(submitted: Work, verified_user: User) -> None:
    from accounts.records.requirements import all_kinds
    from marking.works.lifecycle import record

    body = {name: "said" for each in all_kinds()["work.released"] for name in each.names}
    record(submitted, "work.released", by=None, now=timezone.now(), body=body)
    assert codes() == ["work_state"]


def test_what_was_erased_cannot_be_compared(submitted: Work, verified_user: User) -> None:
    Work.objects.filter(pk=submitted.pk).update(source_sha256="0" * 64)
    destroy(verified_user)
    assert codes() == []
