"""The small copies of released pictures that files are laid beside."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from marking.verification.examine import examine
from marking.verification.report import State
from marking.works import execution, files, likenesses, services, tasks
from marking.works.models import Work
from tests.conftest import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(submit: Callable[..., Work], tmp_path: Path) -> Iterator[Work]:
    """A work that was really marked, large enough to be kept small as well."""
    path = tmp_path / "large.png"
    Image.fromarray(photograph(900, 1200)).save(path)
    work = submit(path)
    execution.run(work.pk)
    work.refresh_from_db()
    yield work
    files.remove(work.marked_path, files.likeness_name(work.code), files.reference_name(work.code))


@pytest.fixture
def name(released: Work) -> str:
    """Storage name of its small copy."""
    return files.likeness_name(released.code)


def put(name: str, content: bytes) -> None:
    files.remove(name)
    default_storage.save(name, ContentFile(content))


def content_of(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def proven(work: Work, name: str) -> Path | None:
    return likenesses.proven(work, Path(default_storage.path(name)))


def asked_for() -> list[list[int]]:
    """What workers were asked to make anew, taken from the queue."""
    found = []
    with current_app.connection_for_read() as connection:
        waiting = connection.SimpleQueue("celery")
        while True:
            try:
                message = waiting.get(block=False)
            except queue.Empty:
                return found
            message.ack()
            if message.headers["task"] == likenesses.REMAKE_TASK:
                found.append(message.payload[0])


def test_a_release_keeps_the_hash_of_its_small_copy(
    released: Work, name: str, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    asked_for()
    assert released.likeness_sha256 == hashlib.sha256(content_of(name)).hexdigest()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert proven(released, name) == Path(default_storage.path(name))
    assert asked_for() == []


@pytest.mark.parametrize("is_from_before", [False, True])
def test_one_that_nobody_can_say_is_ours_is_not_used_and_made_anew(
    is_from_before: bool, released: Work, name: str, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    asked_for()
    good, sha256 = content_of(name), released.likeness_sha256
    if is_from_before:
        Work.objects.update(likeness_sha256="")
    else:
        put(name, b"another")
    released.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert proven(released, name) is None
    assert asked_for() == [[released.pk]]

    tasks.remake_likeness(released.pk)
    released.refresh_from_db()
    assert (content_of(name), released.likeness_sha256) == (good, sha256)
    assert proven(released, name) is not None


def test_one_that_is_gone_is_made_anew_and_one_that_never_was_is_not_missed(
    released: Work, name: str, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    asked_for()
    files.remove(name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert likenesses.proven(released, None) is None
    assert asked_for() == [[released.pk]]
    released.likeness_sha256 = ""
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert likenesses.proven(released, None) is None
    assert asked_for() == []


def test_none_is_made_of_a_released_file_that_is_not_as_it_was_released(released: Work, name: str) -> None:
    put(released.marked_path, content_of(released.marked_path) + b"more")
    assert not likenesses.remake(released.pk)
    released.refresh_from_db()
    assert (default_storage.exists(name), released.likeness_sha256) == (False, "")
    assert likenesses.proven(released, None) is None


def test_none_is_made_of_a_work_that_is_not_given_out(released: Work, name: str) -> None:
    files.remove(name)
    Work.objects.update(blocked_at=timezone.now())
    assert not likenesses.remake(released.pk)
    Work.objects.update(blocked_at=None)
    services.delete(by=released.owner, work=released)
    assert not likenesses.remake(released.pk)
    assert not default_storage.exists(name)


def test_a_changed_copy_is_laid_beside_the_released_file_while_the_small_one_is_damaged(
    released: Work, name: str, tmp_path: Path
) -> None:
    put(name, content_of(name)[:-5000])
    with default_storage.open(released.marked_path) as file:
        changed = np.array(Image.open(file).convert("RGB"))
    cv2.circle(changed, (600, 450), 120, (220, 30, 30), -1)
    Image.fromarray(changed).save(tmp_path / "copy.jpg", quality=90)
    here = examine(tmp_path / "copy.jpg", "copy.jpg").marked_here
    assert here is not None
    assert (here.work, here.state, len(here.changes)) == (released.code, State.ALTERED, 1)
