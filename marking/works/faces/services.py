"""Say whose the faces in a work are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from marking.faces import Answer
from marking.works import jobs
from marking.works.faces import people
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import faces_of, real_persons, unanswered
from marking.works.faces.wording import CLOSED
from marking.works.lifecycle import move, record
from marking.works.models import Work
from marking.works.services import first_state
from marking.works.states import WorkState


def answer_faces(*, by: User, work: Work, answers: Mapping[int, Answer], now: datetime | None = None) -> None:
    """Record what ``by`` says of faces of ``work``, by position; once all are answered, send it on its way.

    A real person's face changes the declaration, and the work waits for that person's consent, with a place for each; else it is marked. Answers
    may be given one after another and changed while the work waits for the rest of them. While it waits for consent, further
    faces may be called a real person's, but none of them may be taken back. To say again what was said changes nothing.

    Raises :class:`Refusal`: ``answers_missing`` and ``face_unknown`` (422), ``answer_final`` and ``answers_closed`` (409); and for a sanction.
    """
    now = now or timezone.now()
    named = {Function.FACE_EDIT} if Answer.REAL_PERSON in answers.values() else set()
    require_unlimited(by, *work.declaration.functions, *named, now=now)
    with transaction.atomic():
        people.hold(work)
        # Two who answer at once take turns, or each would miss that the other's answers were the last.
        Work.objects.select_for_update().get(pk=work.pk)
        work.refresh_from_db()
        changed = _changed(work, answers)
        if not changed:
            return
        _require_open(work, changed)
        _write(work, changed, answers, by, now)
        if work.state == WorkState.AWAITING_ANSWERS and not unanswered(work):
            _send_on(work, by, now)
        if work.state == WorkState.AWAITING_CONSENT:
            people.await_consent(work, now=now)


def say_same(*, by: User, work: Work, same: Mapping[int, int | None], now: datetime | None = None) -> None:
    """Record which real faces of ``work`` are one person's: to each position an earlier one's, or None for somebody of their own.

    A mirror, a collage or an animation shows one person more than once, and one consent is enough for them. What follows is asked anew. To say
    again what was said changes nothing. Raises :class:`Refusal`: ``face_unknown`` and ``same_invalid`` (422), ``answers_closed`` (409).
    """
    now = now or timezone.now()
    with transaction.atomic():
        people.hold(work)
        Work.objects.select_for_update().get(pk=work.pk)
        work.refresh_from_db()
        changed = _same_changed(work, same)
        if not changed:
            return
        if work.state not in (WorkState.AWAITING_CONSENT, WorkState.AWAITING_ANSWERS):
            raise Refusal("answers_closed", str(CLOSED))
        FoundFace.objects.bulk_update(changed, ["same_as"])
        said = [{"face": face.position, "same_as": face.same_as} for face in changed]
        record(work, "work.faces_same", by=by, now=now, body={"faces": said})
        if work.state == WorkState.AWAITING_CONSENT:
            people.await_consent(work, now=now)


def _same_changed(work: Work, same: Mapping[int, int | None]) -> list[FoundFace]:
    """The faces of which something else is said now, with the first face of that person."""
    faces = {face.position: face for face in faces_of(work)}
    if unknown := sorted(same.keys() - faces.keys()):
        raise _unknown(unknown[0], len(faces))
    changed = []
    for position in sorted(same):
        face, first = faces[position], _first(faces, position, same[position])
        if face.same_as != first:
            face.same_as = first
            changed.append(face)
    if any(each.same_as in {face.position for face in changed if face.same_as} for each in faces.values()):
        raise _no_person()
    return changed


def _first(faces: Mapping[int, FoundFace], position: int, said: int | None) -> int | None:
    """The first face of the person whose face ``said`` is. Refused with ``same_invalid`` where that is no earlier real person's."""
    if said is None:
        return None
    other, face = faces.get(said), faces[position]
    if other is None or said >= position or {face.answer, other.answer} != {Answer.REAL_PERSON.value}:
        raise _no_person()
    return other.same_as or said


def _no_person() -> Refusal:
    sentence = _("Name an earlier face that is a real person's, and that is not said to be somebody else's.")
    return Refusal("same_invalid", sentence, status=422)


def _unknown(face: int, count: int) -> Refusal:
    sentence = _("The work has no face %(face)d; %(count)d were found in it.")
    return Refusal("face_unknown", sentence % {"face": face, "count": count}, status=422)


def _changed(work: Work, answers: Mapping[int, Answer]) -> list[FoundFace]:
    faces = {face.position: face for face in faces_of(work)}
    if not answers:
        raise Refusal("answers_missing", _("Say of at least one face whose it is."), status=422)
    if unknown := sorted(answers.keys() - faces.keys()):
        raise _unknown(unknown[0], len(faces))
    return [faces[position] for position in sorted(answers) if faces[position].answer != answers[position]]


def _require_open(work: Work, changed: list[FoundFace]) -> None:
    if work.state == WorkState.AWAITING_ANSWERS:
        return
    if work.state != WorkState.AWAITING_CONSENT:
        raise Refusal("answers_closed", str(CLOSED))
    if any(face.answer == Answer.REAL_PERSON for face in changed):
        sentence = _(
            "A face that was called a real person's stays one: the work waits for that person's consent."
        )
        raise Refusal("answer_final", sentence)


def _write(
    work: Work, changed: list[FoundFace], answers: Mapping[int, Answer], by: User, now: datetime
) -> None:
    said = [
        {"face": face.position, "answer": answers[face.position].value, "was": face.answer or None}
        for face in changed
    ]
    for face in changed:
        face.answer, face.answered_at, face.answered_by = answers[face.position].value, now, by
        face.same_as = None
    # Whose face is nobody's any more is nobody else's, either.
    FoundFace.objects.filter(work=work, same_as__in=[face.position for face in changed]).update(same_as=None)
    FoundFace.objects.bulk_update(changed, ["answer", "answered_at", "answered_by", "same_as"])
    record(work, "work.faces_answered", by=by, now=now, body={"answers": said})


def _send_on(work: Work, by: User, now: datetime) -> None:
    before = declared = work.declaration
    state = WorkState.QUEUED
    if real_persons(work):
        declared = replace(before, depicts=before.depicts.with_face())
        state = first_state(declared, now=now)
    move(work, WorkState.AWAITING_ANSWERS, state, by=by, now=now, depicts=declared.depicts)
    if declared != before:
        body = {"depicts": declared.depicts.value, "was": before.depicts.value}
        record(work, "work.declaration_changed", by=by, now=now, body=body)
    if state == WorkState.QUEUED:
        jobs.enqueue(work, now=now)
