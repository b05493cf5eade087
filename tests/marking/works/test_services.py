from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.users.services import publish_agreement
from marking.media.refusal import MESSAGES
from marking.works import execution, files, services, tasks
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.failures import failure_sentence
from marking.works.lifecycle import move
from marking.works.models import Job, Work
from marking.works.queries import published_work, work_for, works_of
from marking.works.refusals import SENTENCES
from marking.works.states import WorkState
from tests.marking.works.conftest import DECLARATION

pytestmark = pytest.mark.django_db


def _kinds(work: Work) -> list[str]:
    found = Record.objects.filter(subject=f"work:{work.code}").order_by("sequence")
    return list(found.values_list("kind", flat=True))


def test_it_takes_a_picture_in_and_leaves_the_original_as_it_was(submitted: Work, picture_file: Path) -> None:
    assert submitted.state == WorkState.QUEUED
    assert (submitted.width, submitted.height, submitted.media_type) == (512, 384, "image/png")
    assert default_storage.open(submitted.source_path).read() == picture_file.read_bytes()
    assert Job.objects.get(pk=submitted.pk).attempts == 0
    assert _kinds(submitted) == ["work.received"]


def test_it_refuses_an_account_without_a_real_name(user: User, picture_file: Path) -> None:
    with pytest.raises(Refusal) as caught:
        services.submit(by=user, path=picture_file, name="a.png", declaration=DECLARATION)
    assert (caught.value.code, caught.value.status) == ("identity_required", 403)
    assert not Work.objects.exists()


def test_it_refuses_an_account_that_has_not_accepted_the_new_agreement(
    verified_user: User, picture_file: Path
) -> None:
    verified_user.acceptances.all().delete()
    publish_agreement()
    with pytest.raises(Refusal) as caught:
        services.submit(by=verified_user, path=picture_file, name="a.png", declaration=DECLARATION)
    assert caught.value.code == "agreement_required"


@pytest.mark.parametrize("depicts", [Depicts.FACE, Depicts.VOICE, Depicts.FACE_AND_VOICE])
def test_it_holds_a_real_persons_likeness_until_they_agree(
    submit: Callable[..., Work], picture_file: Path, depicts: Depicts
) -> None:
    work = submit(picture_file, Declaration("T", "", Kind.FACE, depicts))
    assert work.state == WorkState.AWAITING_CONSENT
    execution.run(work.pk)
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT
    assert not Job.objects.filter(pk=work.pk).exists()


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "empty_file", 422),
        (b"<html>no picture</html>", "unsupported_format", 415),
        (b"BM6\0" + bytes(40), "unsupported_format", 415),
        (b"\x89PNG\r\n\x1a\n" + bytes(10), "truncated", 422),
    ],
)
def test_it_says_why_a_file_cannot_be_marked(
    submit: Callable[..., Work], tmp_path: Path, content: bytes, code: str, status: int
) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        submit(path)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert not Work.objects.exists()


def test_it_says_the_same_sentences_as_the_media_room() -> None:
    assert {code: str(sentence) for code, sentence in SENTENCES.items()} == MESSAGES


def test_it_leaves_no_file_behind_when_the_database_refuses(
    submit: Callable[..., Work], picture_file: Path
) -> None:
    before = _stored()
    with pytest.raises(DatabaseError), transaction.atomic():
        submit(picture_file, Declaration("T", "", None, Depicts.NOBODY))  # type: ignore[arg-type]
    assert _stored() == before


def _stored() -> list[str]:
    folders, _ = default_storage.listdir("originals") if default_storage.exists("originals") else ([], [])
    return [name for folder in folders for name in default_storage.listdir(f"originals/{folder}")[1]]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a.png", "a.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\b.png", "b.png"),
        ("x\x00\x1b[31m\u202egnp.exe", "x[31mgnp.exe"),
        ("", "unnamed"),
        ("\n\n", "unnamed"),
        ("名" * 4096, "名" * 255),
    ],
)
def test_it_cleans_file_names(given: str, shown: str) -> None:
    assert services.clean_name(given) == shown


def test_it_deletes_the_files_and_keeps_the_record_and_the_registration(released: Work) -> None:
    marked, original = released.marked_path, released.source_path
    with transaction.atomic():
        services.delete(by=released.owner, work=released)
    assert released.state == WorkState.DELETED
    assert _kinds(released)[-1] == "work.deleted"
    assert released.registration.payload == released.pk
    assert published_work(released.code) == released
    assert not works_of(released.owner).exists()
    assert (marked, original) == (released.marked_path, released.source_path)


def test_it_deletes_files_once_the_deletion_is_certain(
    released: Work, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    likeness = default_storage.save(files.likeness_name(released.code), ContentFile(b"small"))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        services.delete(by=released.owner, work=released)
    for name in (released.marked_path, released.source_path, likeness):
        assert not default_storage.exists(name)


def test_it_comes_back_for_files_that_the_storage_would_not_remove(
    released: Work, django_capture_on_commit_callbacks: Callable[..., object], settings: Settings
) -> None:
    marked = released.marked_path
    with _unwritable_storage(settings), django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        services.delete(by=released.owner, work=released)
    released.refresh_from_db()
    assert released.files_removed_at is None
    assert default_storage.exists(marked)
    assert "work.files_removed" not in _kinds(released)

    tasks.sweep()
    released.refresh_from_db()
    assert released.files_removed_at is not None
    assert not default_storage.exists(marked)
    assert services.remove_left_files() == 0
    assert _kinds(released)[-2:] == ["work.deleted", "work.files_removed"]


def test_it_says_so_when_the_storage_takes_nothing(
    submit: Callable[..., Work], picture_file: Path, settings: Settings
) -> None:
    with _unwritable_storage(settings), pytest.raises(Refusal) as caught:
        submit(picture_file)
    assert (caught.value.code, caught.value.status) == ("storage_unavailable", 507)
    assert not Work.objects.exists()


@contextmanager
def _unwritable_storage(settings: Settings) -> Iterator[None]:
    """A storage whose folder lies inside a file, so that the system refuses every change with an OSError."""
    kept = settings.STORAGES
    blocked = Path(settings.DATA) / "blocked"
    blocked.touch()
    settings.STORAGES = {**kept, "default": {**kept["default"], "OPTIONS": {"location": blocked}}}
    try:
        yield
    finally:
        settings.STORAGES = kept


@pytest.mark.parametrize("tool", ["", "   ", "\x00\u202e", "x" * 101])
def test_it_refuses_a_tool_that_cannot_be_shown(
    submit: Callable[..., Work], picture_file: Path, tool: str
) -> None:
    with pytest.raises(Refusal) as caught:
        submit(picture_file, Declaration(tool, "", Kind.SCENE, Depicts.NOBODY))
    assert (caught.value.code, caught.value.status) == ("tool_invalid", 422)


def test_it_takes_invisible_characters_out_of_the_declaration(
    submit: Callable[..., Work], picture_file: Path
) -> None:
    work = submit(picture_file, Declaration(" nul\0\u202ex ", "1\x07", Kind.SCENE, Depicts.NOBODY))
    assert (work.tool, work.tool_version) == ("nulx", "1")


def test_it_deletes_nothing_while_it_is_being_marked(submitted: Work) -> None:
    Work.objects.filter(pk=submitted.pk).update(state=WorkState.MARKING)
    submitted.refresh_from_db()
    with pytest.raises(Refusal) as caught:
        services.delete(by=submitted.owner, work=submitted)
    assert caught.value.code == "work_busy"


def test_it_lets_the_first_of_two_deletions_win(released: Work) -> None:
    stale = Work.objects.get(pk=released.pk)
    services.delete(by=released.owner, work=released)
    with pytest.raises(Refusal) as caught:
        services.delete(by=released.owner, work=stale)
    assert caught.value.code == "wrong_state"


def test_it_tries_only_failed_works_again(submitted: Work) -> None:
    with pytest.raises(Refusal):
        services.retry(by=submitted.owner, work=submitted)
    Work.objects.filter(pk=submitted.pk).update(state=WorkState.FAILED, failure="crashed")
    submitted.refresh_from_db()
    services.retry(by=submitted.owner, work=submitted)
    assert (submitted.state, submitted.failure) == (WorkState.QUEUED, "")
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert submitted.state == WorkState.RELEASED


def test_it_shows_a_work_to_its_owner_alone(released: Work, other_user: User) -> None:
    assert work_for(released.owner, released.code.lower()) == released
    for viewer, code in ((other_user, released.code), (released.owner, "0000000000")):
        with pytest.raises(Http404):
            work_for(viewer, code)


def test_it_publishes_nothing_that_was_never_released(submitted: Work) -> None:
    for code in (submitted.code, "not-a-code"):
        with pytest.raises(Http404):
            published_work(code)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "released", "marked_path": ""},
        {"state": "deleted"},
        {"state": "failed", "failure": ""},
        {"state": "queued", "failure": "crashed"},
    ],
)
def test_the_database_refuses_impossible_works(submitted: Work, changes: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=submitted.pk).update(**changes)


def test_it_refuses_a_step_that_no_work_may_take(submitted: Work) -> None:
    with pytest.raises(Refusal) as caught:
        move(submitted, WorkState.QUEUED, WorkState.RELEASED, by=None, now=timezone.now())
    assert caught.value.code == "wrong_state"


def test_it_says_what_failed_when_the_pixels_are_damaged(submit: Callable[..., Work], tmp_path: Path) -> None:
    path = tmp_path / "damaged.png"
    path.write_bytes(_png_with_broken_pixels())
    work = submit(path)
    execution.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.failure) == (WorkState.FAILED, "unreadable")
    assert default_storage.exists(work.source_path)
    assert "damaged" in failure_sentence(work)


def test_it_releases_nothing_in_which_a_mark_is_missing(submit: Callable[..., Work], tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    noise = np.random.default_rng(5).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    work = submit(path)
    execution.run(work.pk)
    work.refresh_from_db()
    assert (work.state, work.failure) == (WorkState.FAILED, "mark_missing")
    assert not work.marked_path
    sentence = failure_sentence(work)
    assert "invisible watermark" in sentence
    assert "small (64 × 64 pixels)" in sentence


@pytest.mark.parametrize(
    ("mark", "side", "words"),
    [
        ("watermark", 255, "small (255 × 900 pixels)"),
        ("watermark", 256, "flat, pure noise"),
        ("explicit_label", 64, "A mark could not be found again"),
    ],
)
def test_it_names_the_watermark_and_the_reason_when_that_is_missing(
    submitted: Work, mark: str, side: int, words: str
) -> None:
    submitted.failure, submitted.failure_details = "mark_missing", {"mark": mark}
    submitted.width, submitted.height = side, 900
    assert words in failure_sentence(submitted)
    assert "was not released" in failure_sentence(submitted)


def test_it_stops_a_marking_that_takes_too_long(submitted: Work) -> None:
    execution.run(submitted.pk, seconds=0.001)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.failure) == (WorkState.FAILED, "out_of_time")
    services.retry(by=submitted.owner, work=submitted)
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert submitted.state == WorkState.RELEASED


def test_it_releases_nothing_without_a_credential_and_can_be_tried_again(
    submitted: Work, settings: Settings
) -> None:
    signer = settings.ISSUER
    settings.ISSUER = replace(signer, timestamp_url="http://127.0.0.1:9/")  # where no authority answers
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.failure) == (WorkState.FAILED, "not_signed")
    assert "could not be signed" in failure_sentence(submitted)
    settings.ISSUER = signer
    services.retry(by=submitted.owner, work=submitted)
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    assert submitted.state == WorkState.RELEASED


def _png_with_broken_pixels() -> bytes:
    """A PNG whose every chunk is whole (RFC 2083) while its compressed pixels are not."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", 200, 100, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", b"no zlib at all")
        + chunk(b"IEND", b"")
    )
