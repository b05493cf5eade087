"""Making a copy: every mark but the visible label, whatever workers and messages do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.records.models import Record
from marking.marks import explicit_label, implicit_label, watermark
from marking.registry.models import Variant
from marking.unlabelled import making, services, tasks
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.states import LIVE, TRANSITIONS, CopyState
from marking.works import files
from marking.works import services as works
from marking.works.models import Work

pytestmark = pytest.mark.django_db


def state_of(copy: UnlabelledCopy) -> tuple[str, str]:
    copy.refresh_from_db()
    return copy.state, copy.failure


def test_it_carries_every_mark_but_the_visible_label(ready: UnlabelledCopy, work: Work) -> None:
    with default_storage.open(services.file_name(work)) as file:
        data = file.read()
        rgb = np.asarray(Image.open(file).convert("RGB"))
    found = watermark.detect(rgb, key=bytes.fromhex(settings.KEYS.watermark_keys[0]))

    assert (ready.state, ready.size) == (CopyState.READY, len(data))
    assert ready.sha256 == hashlib.sha256(data).hexdigest() != work.marked_sha256
    assert found is not None
    assert found.payload == work.number
    assert [label.value.produce_id for label in implicit_label.read(data).labels if label.value] == [
        work.code
    ]
    assert explicit_label.find(rgb) is None


def test_it_is_registered_and_recorded_with_its_marks(ready: UnlabelledCopy, work: Work) -> None:
    assert Variant.objects.get().registration.work == work
    assert Variant.objects.get().sha256 == ready.sha256
    assert Record.objects.filter(kind="work.unlabelled_copy_made", subject=f"work:{work.code}").count() == 1
    assert ready.expires_at is not None
    assert ready.made_at is not None
    assert ready.expires_at - ready.made_at == services.AVAILABLE


def test_it_stores_nothing_else_without_a_label(ready: UnlabelledCopy, work: Work) -> None:
    assert default_storage.listdir(f"unlabelled/{work.code[:2]}")[1] == [f"{work.code}.png"]


def test_it_is_made_once_whatever_the_broker_says(asked: UnlabelledCopy) -> None:
    for _ in range(2):
        tasks.make(asked.pk)
    assert state_of(asked) == (CopyState.READY, "")
    assert asked.attempts == 1
    assert Record.objects.filter(kind="work.unlabelled_copy_made").count() == 1


def test_it_knows_no_copy_that_was_never_asked_for(db: None) -> None:
    making.make(1)


def test_it_takes_up_what_a_dead_worker_left_three_times(asked: UnlabelledCopy) -> None:
    for _ in range(making.MOST_ATTEMPTS):
        assert making._claim(asked.pk, now=timezone.now()) is not None
        assert making._claim(asked.pk, now=timezone.now()) is None
        UnlabelledCopy.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert making.sweep() == (1, 0)
    making.make(asked.pk)
    assert state_of(asked) == (CopyState.FAILED, "worker_died")


def test_it_takes_up_what_a_lost_message_left(asked: UnlabelledCopy) -> None:
    assert making.sweep() == (0, 0)
    assert making.sweep(now=timezone.now() + timedelta(minutes=1)) == (1, 0)
    tasks.sweep()


def test_the_result_of_a_worker_that_was_given_up_does_not_count(asked: UnlabelledCopy) -> None:
    copy = making._claim(asked.pk, now=timezone.now())
    assert copy is not None
    UnlabelledCopy.objects.update(attempts=2)
    making._mark(copy, 60)
    assert state_of(asked) == (CopyState.MAKING, "")
    assert not Variant.objects.exists()


def test_it_makes_nothing_of_a_deleted_work(asked: UnlabelledCopy, work: Work) -> None:
    works.delete(by=work.owner, work=work)
    making.make(asked.pk)
    assert state_of(asked) == (CopyState.FAILED, "work_deleted")


@pytest.mark.parametrize("are_files_gone", [False, True])
def test_it_leaves_no_file_of_a_work_that_is_deleted_meanwhile(
    asked: UnlabelledCopy,
    work: Work,
    are_files_gone: bool,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    copy = making._claim(asked.pk, now=timezone.now())
    assert copy is not None
    with django_capture_on_commit_callbacks(execute=are_files_gone):  # type: ignore[attr-defined]
        works.delete(by=work.owner, work=work)
    making._mark(copy, 60)
    assert state_of(asked) == (CopyState.FAILED, "work_deleted")
    assert not default_storage.exists(services.file_name(work))


def test_it_says_why_it_could_not_be_made(asked: UnlabelledCopy, work: Work, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    with default_storage.open(work.source_path) as file:
        broken.write_bytes(file.read()[:20_000])
    files.put(work.source_path, broken)
    making.make(asked.pk)
    assert state_of(asked) == (CopyState.FAILED, "truncated")
    assert Record.objects.filter(kind="work.unlabelled_copy_failed").count() == 1


def test_it_gives_out_nothing_whose_marks_cannot_be_found(
    asked: UnlabelledCopy, work: Work, tmp_path: Path
) -> None:
    flat = tmp_path / "flat.png"
    noise = np.random.default_rng(1).integers(0, 2, (64, 64, 3), dtype=np.uint8) * 255
    Image.fromarray(noise).save(flat)
    files.put(work.source_path, flat)
    making.make(asked.pk)
    assert state_of(asked) == (CopyState.FAILED, "mark_missing")


def test_it_gives_out_nothing_without_a_credential(asked: UnlabelledCopy, settings: Settings) -> None:
    signer = settings.ISSUER
    settings.ISSUER = replace(signer, timestamp_url="http://127.0.0.1:9/")  # where no authority answers
    making.make(asked.pk)
    assert state_of(asked) == (CopyState.FAILED, "not_signed")


def test_it_is_stopped_when_it_takes_too_long(asked: UnlabelledCopy) -> None:
    making.make(asked.pk, seconds=0.0)
    assert state_of(asked) == (CopyState.FAILED, "out_of_time")


def test_every_way_between_states_leads_somewhere_and_ends() -> None:
    assert set(TRANSITIONS) == set(CopyState)
    assert all(TRANSITIONS[state] for state in LIVE)
    assert not any(TRANSITIONS[state] for state in set(CopyState) - LIVE)
