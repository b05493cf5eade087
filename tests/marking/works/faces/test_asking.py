"""Nothing with a face that nobody declared is marked before somebody says whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.records.models import Record
from accounts.refusals import Refusal
from marking.faces import Answer
from marking.works import execution, files, jobs, services, tasks
from marking.works.declaration import Depicts
from marking.works.faces import asking
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import faces_of, real_persons
from marking.works.faces.services import answer_faces
from marking.works.models import Job, Work
from marking.works.states import WorkState
from tests.marking.works.test_erasure import erase

from .conftest import DECLARATION, ONE, TWO

pytestmark = pytest.mark.django_db


def _kinds(work: Work) -> list[str]:
    found = Record.objects.filter(subject=f"work:{work.code}").order_by("sequence")
    return list(found.values_list("kind", flat=True))


def _allowed(work: Work) -> Work:
    """``work`` as it is once everybody declared has agreed: in the queue."""
    Work.objects.filter(pk=work.pk).update(state=WorkState.QUEUED)
    jobs.enqueue(work, now=timezone.now())
    execution.run(work.pk)
    work.refresh_from_db()
    return work


def test_it_waits_for_answers_about_faces_that_nobody_declared(asked: Work) -> None:
    assert asked.state == WorkState.AWAITING_ANSWERS
    assert [(face.position, face.answer) for face in faces_of(asked)] == [(1, ""), (2, "")]
    assert not asked.marked_path
    assert _kinds(asked) == ["work.received", "work.faces_found"]
    assert default_storage.exists(files.preview_name(asked.code, "faces"))
    assert Job.objects.get(pk=asked.pk).lease is None


def test_it_never_marks_what_waits_however_often_it_is_woken(asked: Work) -> None:
    for _ in range(3):
        tasks.mark(asked.pk)
    assert jobs.sweep(now=timezone.now() + timedelta(days=1)) == 0
    asked.refresh_from_db()
    assert asked.state == WorkState.AWAITING_ANSWERS
    assert FoundFace.objects.filter(work=asked).count() == 2
    assert _kinds(asked).count("work.faces_found") == 1


def test_it_looks_once_and_never_again(submit: Callable[..., Work], picture_file: Path) -> None:
    work = submit(picture_file)
    assert (work.state, _kinds(work)) == (WorkState.RELEASED, ["work.received", "work.released"])
    assert work.faces_sought_at is not None
    assert not default_storage.exists(files.preview_name(work.code, "faces"))


def test_it_asks_nothing_where_all_faces_are_declared_synthetic(
    submit: Callable[..., Work], faces_file: Callable[..., Path]
) -> None:
    work = submit(faces_file(*TWO), replace(DECLARATION, faces_are_synthetic=True))
    assert work.state == WorkState.RELEASED
    answered = [(face.answer, face.answered_by_id) for face in faces_of(work)]
    assert answered == [(Answer.SYNTHETIC, work.owner_id)] * 2
    assert _kinds(work) == ["work.received", "work.faces_found", "work.released"]


def test_it_asks_about_the_face_of_a_work_that_declares_a_voice(
    submit: Callable[..., Work], faces_file: Callable[..., Path]
) -> None:
    work = _allowed(submit(faces_file(*ONE), replace(DECLARATION, depicts=Depicts.VOICE)))
    assert work.state == WorkState.AWAITING_ANSWERS


def test_it_takes_the_only_face_for_the_declared_one(
    submit: Callable[..., Work], faces_file: Callable[..., Path]
) -> None:
    work = _allowed(submit(faces_file(*ONE), replace(DECLARATION, depicts=Depicts.FACE)))
    assert work.state == WorkState.AWAITING_CONSENT  # nobody asks whose it is; whoever it is has not agreed
    assert real_persons(work) == 1


def test_it_asks_which_of_several_faces_is_the_declared_one(
    submit: Callable[..., Work], faces_file: Callable[..., Path]
) -> None:
    work = _allowed(submit(faces_file(*TWO), replace(DECLARATION, depicts=Depicts.FACE)))
    assert work.state == WorkState.AWAITING_ANSWERS


def test_it_refuses_a_declaration_that_contradicts_itself(
    submit: Callable[..., Work], picture_file: Path
) -> None:
    declaration = replace(DECLARATION, depicts=Depicts.FACE_AND_VOICE, faces_are_synthetic=True)
    with pytest.raises(Refusal) as caught:
        submit(picture_file, declaration)
    assert (caught.value.code, caught.value.status) == ("faces_contradict", 422)


def test_it_looks_again_after_a_worker_that_died(queued: Work) -> None:
    jobs.claim(queued.pk, now=timezone.now())
    Job.objects.filter(pk=queued.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    tasks.mark(queued.pk)
    queued.refresh_from_db()
    assert queued.state == WorkState.AWAITING_ANSWERS
    assert FoundFace.objects.filter(work=queued).count() == 2


def test_it_writes_nothing_under_a_lease_that_was_lost(queued: Work, tmp_path: Path) -> None:
    jobs.claim(queued.pk, now=timezone.now())
    queued.refresh_from_db()
    with files.local(queued.source_path) as source:
        order = execution.order_for(queued, source=source, folder=tmp_path)
        with pytest.raises(jobs.LeaseLost):
            asking.may_be_marked(queued, uuid.uuid4(), order, seconds=60)
    assert not FoundFace.objects.exists()
    assert not default_storage.exists(files.preview_name(queued.code, "faces"))


def test_it_fails_as_out_of_time_and_can_be_tried_again(queued: Work) -> None:
    execution.run(queued.pk, seconds=0.001)
    queued.refresh_from_db()
    assert (queued.state, queued.failure) == (WorkState.FAILED, "out_of_time")
    assert queued.faces_sought_at is None
    services.retry(by=queued.owner, work=queued)
    execution.run(queued.pk)
    queued.refresh_from_db()
    assert queued.state == WorkState.AWAITING_ANSWERS


def test_it_is_deleted_with_the_picture_of_its_faces(
    asked: Work, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.delete(by=asked.owner, work=asked)
    assert asked.state == WorkState.DELETED
    assert not default_storage.exists(files.preview_name(asked.code, "faces"))
    assert not default_storage.exists(asked.source_path)


def test_it_goes_with_an_account_that_is_erased(
    asked: Work, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase(asked.owner)
    asked.refresh_from_db()
    assert asked.state == WorkState.DELETED
    assert not default_storage.exists(files.preview_name(asked.code, "faces"))


def test_it_marks_nothing_without_answers_whoever_sends_it_on(asked: Work) -> None:
    asked = _allowed(asked)
    assert (asked.state, asked.marked_path) == (WorkState.AWAITING_ANSWERS, "")
    assert Job.objects.get(pk=asked.pk).lease is None
    assert _kinds(asked) == ["work.received", "work.faces_found"]


@pytest.mark.parametrize("answer", [Answer.SYNTHETIC, Answer.NOT_A_FACE])
def test_it_labels_the_picture_beside_the_faces_in_it(
    submit: Callable[..., Work], faces_file: Callable[..., Path], answer: Answer
) -> None:
    """The usual corner is the smoothest, for there is the face; what is no face may be labelled."""
    work = submit(faces_file((440, 184)))
    answer_faces(by=work.owner, work=work, answers={1: answer})
    execution.run(work.pk)
    work.refresh_from_db()
    label = next(mark for mark in work.marks if mark["name"] == "explicit_label")
    assert (label["corner"] == "bottom_right") == (answer is Answer.NOT_A_FACE)
