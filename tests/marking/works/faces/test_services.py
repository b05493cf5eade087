"""Answers are recorded, settle what becomes of the work, and are final where somebody real is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.records.requirements import SESSION
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import unseal
from consent.scope import Allow, Deny
from consent.uses.models import Use
from consent.uses.queries import use_of
from consent.uses.services import NotCovered, check
from marking.consenting.describing import answers_of
from marking.consenting.services import leave_out
from marking.faces import Answer
from marking.works import execution, gate
from marking.works.declaration import Depicts
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import described, faces_of, real_people, real_persons, unanswered
from marking.works.faces.services import answer_faces, say_same
from marking.works.models import Job, Work
from marking.works.services import delete
from marking.works.states import WorkState
from tests.consent.people import NUMBERS, account, granted, proposed
from tests.interleaved import outcomes

pytestmark = pytest.mark.django_db
REAL, SYNTHETIC, NO_FACE = Answer.REAL_PERSON, Answer.SYNTHETIC, Answer.NOT_A_FACE


@pytest.fixture
def person() -> User:
    return account("lin@example.com", "Lin Mei", NUMBERS[1])


def _bodies(work: Work, kind: str) -> list[Any]:
    """What each record of ``kind`` says beside what every record does."""
    found = Record.objects.filter(subject=f"work:{work.code}", kind=kind).order_by("sequence")
    opened = [unseal(work.owner, each.body.content, context=body_context(each.event_id)) for each in found]
    said = [json.loads(each[SALT_BYTES:]) for each in opened]
    return [{name: each[name] for name in each if name != SESSION} for each in said]


def _answer(work: Work, **answers: Answer) -> None:
    """Answers by the owner, with ``face_1=…``."""
    said = {int(name.removeprefix("face_")): answer for name, answer in answers.items()}
    answer_faces(by=work.owner, work=work, answers=said)


def test_it_marks_what_shows_nobody_real(asked: Work) -> None:
    _answer(asked, face_1=SYNTHETIC, face_2=NO_FACE)
    assert (asked.state, asked.depicts) == (WorkState.QUEUED, Depicts.NOBODY)
    assert Job.objects.get(pk=asked.pk).attempts == 0
    said = [
        {"face": 1, "answer": "synthetic", "was": None},
        {"face": 2, "answer": "not_a_face", "was": None},
    ]
    assert _bodies(asked, "work.faces_answered") == [{"answers": said}]
    execution.run(asked.pk)
    asked.refresh_from_db()
    assert asked.state == WorkState.RELEASED
    states = [each.state for each in asked.transitions.all()]
    assert states == ["queued", "marking", "awaiting_answers", "queued", "marking", "released"]
    assert Record.objects.filter(subject=f"work:{asked.code}", kind="work.faces_found").count() == 1


@pytest.mark.parametrize(
    ("depicts", "then"), [(Depicts.NOBODY, Depicts.FACE), (Depicts.VOICE, Depicts.FACE_AND_VOICE)]
)
def test_it_waits_for_the_consent_of_a_real_person(waiting: Work, depicts: Depicts, then: Depicts) -> None:
    Work.objects.filter(pk=waiting.pk).update(depicts=depicts)
    _answer(waiting, face_1=REAL, face_2=SYNTHETIC)
    assert (waiting.state, waiting.depicts) == (WorkState.AWAITING_CONSENT, then)
    assert _bodies(waiting, "work.declaration_changed") == [{"depicts": then.value, "was": depicts.value}]
    execution.run(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == WorkState.AWAITING_CONSENT


def test_it_leaves_a_declaration_that_named_a_face_as_it_was(waiting: Work) -> None:
    Work.objects.filter(pk=waiting.pk).update(depicts=Depicts.FACE)
    _answer(waiting, face_1=REAL, face_2=REAL)
    assert (waiting.state, waiting.depicts) == (WorkState.AWAITING_CONSENT, Depicts.FACE)
    assert _bodies(waiting, "work.declaration_changed") == []


def test_it_keeps_a_place_for_every_real_face(waiting: Work) -> None:
    _answer(waiting, face_1=REAL, face_2=SYNTHETIC)
    use = use_of(f"work:{waiting.code}")
    assert use is not None
    assert [each.elements for each in use.people.all()] == [["face"]]
    _answer(waiting, face_2=REAL)
    assert [each.elements for each in use.people.all()] == [["face"], ["face"]]
    assert (use.output_sha256, use.owner) == (waiting.source_sha256, waiting.owner)


def test_two_people_in_different_frames_need_a_consent_each(waiting: Work) -> None:
    FoundFace.objects.filter(work=waiting, position=2).update(frame=5)
    _answer(waiting, face_1=REAL, face_2=REAL)
    assert (real_people(waiting), real_persons(waiting)) == (2, 2)
    use = use_of(f"work:{waiting.code}")
    assert use is not None
    assert (use.faces, use.people.count()) == (2, 2)


def test_one_person_who_is_seen_twice_is_asked_once(waiting: Work, person: User) -> None:
    use = _granted_before(waiting, person)
    _answer(waiting, face_1=REAL, face_2=REAL)
    assert isinstance(check(use), Deny)
    for same in ({2: 1}, {2: 1}):
        say_same(by=waiting.owner, work=waiting, same=same)
    assert (waiting.state, real_people(waiting)) == (WorkState.QUEUED, 1)
    assert _bodies(waiting, "work.faces_same") == [{"faces": [{"face": 2, "same_as": 1}]}]
    with pytest.raises(Refusal) as closed:
        say_same(by=waiting.owner, work=waiting, same={2: None})
    assert closed.value.code == "answers_closed"


def test_what_was_said_of_one_person_can_be_taken_back_while_the_work_waits(waiting: Work) -> None:
    _answer(waiting, face_1=REAL, face_2=REAL)
    say_same(by=waiting.owner, work=waiting, same={2: 1})
    use = use_of(f"work:{waiting.code}")
    assert use is not None
    assert (use.faces, use.people.count()) == (1, 1)
    say_same(by=waiting.owner, work=waiting, same={2: None})
    use.refresh_from_db()
    assert (use.faces, use.people.count()) == (2, 2)


@pytest.mark.parametrize(
    ("same", "code"),
    [({1: 2}, "same_invalid"), ({2: 9}, "same_invalid"), ({9: 1}, "face_unknown"), ({2: 2}, "same_invalid")],
)
def test_it_refuses_what_is_no_earlier_real_face(waiting: Work, same: dict[int, int], code: str) -> None:
    _answer(waiting, face_1=REAL, face_2=REAL)
    with pytest.raises(Refusal) as refused:
        say_same(by=waiting.owner, work=waiting, same=same)
    assert (refused.value.code, refused.value.status) == (code, 422)


def test_a_synthetic_face_is_nobody_and_the_first_of_a_person_stays_the_first(waiting: Work) -> None:
    _answer(waiting, face_1=REAL)
    with pytest.raises(Refusal):
        say_same(by=waiting.owner, work=waiting, same={2: 1})
    fields = {
        "work": waiting,
        "x": 0,
        "y": 0,
        "width": 9,
        "height": 9,
        "shown": [0, 0, 9, 9],
        "confidence": 1.0,
    }
    FoundFace.objects.create(position=3, **fields)
    _answer(waiting, face_2=REAL, face_3=REAL)
    say_same(by=waiting.owner, work=waiting, same={2: 1, 3: 2})
    assert [face.same_as for face in faces_of(waiting)] == [None, 1, 1]
    say_same(by=waiting.owner, work=waiting, same={2: None, 3: 2})
    with pytest.raises(Refusal):
        say_same(by=waiting.owner, work=waiting, same={2: 1})


def test_everybody_with_a_real_face_has_to_agree(waiting: Work, person: User) -> None:
    """One of two is not enough; and where all agreed before the answers, the work is marked."""
    use = _granted_before(waiting, person)
    _answer(waiting, face_1=REAL, face_2=REAL)
    assert waiting.state == WorkState.AWAITING_CONSENT
    assert isinstance(check(use), Deny)


def test_nobody_of_two_can_be_left_out(waiting: Work, person: User) -> None:
    """Their place stays, and says on the page that somebody was not named yet."""
    use = _granted_before(waiting, person)
    _answer(waiting, face_1=REAL, face_2=REAL)
    for place in use.people.filter(grant=None):
        leave_out(by=waiting.owner, work=waiting, position=place.position)
    assert [each.grant_id is None for each in use.people.all()] == [False, True]
    assert isinstance(check(use), Deny)


def test_it_is_never_released_with_fewer_people_than_real_faces(waiting: Work, person: User) -> None:
    """Not even where a place was lost, and where the use was noted before anybody counted faces."""
    use = _granted_before(waiting, person)
    _answer(waiting, face_1=REAL, face_2=REAL)
    use.people.filter(grant=None).delete()
    missing = check(use)
    assert isinstance(missing, Deny)
    assert [(each.clause, each.granted, each.asked) for each in missing.trace] == [("faces", 1, 2)]
    assert "found: 2" in str(answers_of(use, timezone.now())[1])
    Use.objects.filter(pk=use.pk).update(faces=0)
    use.refresh_from_db()
    assert isinstance(check(use), Allow)
    with pytest.raises(NotCovered) as uncovered, transaction.atomic():
        gate.let_out(waiting, (), faces=2, now=timezone.now())
    assert [each.clause for each in uncovered.value.decision.trace] == ["faces"]
    gate.send_back(waiting, uncovered.value, faces=2, now=timezone.now())
    use.refresh_from_db()
    assert (use.faces, use.trace[0]["clause"]) == (2, "faces")
    assert isinstance(check(use), Deny)


def test_it_is_marked_where_the_one_real_person_agreed_before(waiting: Work, person: User) -> None:
    _granted_before(waiting, person)
    _answer(waiting, face_1=REAL, face_2=SYNTHETIC)
    assert waiting.state == WorkState.QUEUED


def _granted_before(work: Work, person: User) -> Use:
    """The use of ``work``, declared to show a face, that ``person`` allowed before any face was found in it."""
    Work.objects.filter(pk=work.pk).update(depicts=Depicts.FACE)
    use = proposed(work.owner, granted(person, work.owner), work=work.code)
    Use.objects.filter(pk=use.pk).update(output_sha256=work.source_sha256)
    use.refresh_from_db()
    assert isinstance(check(use), Allow)
    return use


def test_it_waits_until_every_face_has_an_answer(waiting: Work) -> None:
    _answer(waiting, face_2=SYNTHETIC)
    assert (waiting.state, unanswered(waiting)) == (WorkState.AWAITING_ANSWERS, 1)
    _answer(waiting, face_2=NO_FACE)
    assert [face.answer for face in faces_of(waiting)] == ["", NO_FACE]
    _answer(waiting, face_1=NO_FACE)
    assert waiting.state == WorkState.QUEUED
    changed = _bodies(waiting, "work.faces_answered")[1]
    assert changed == {"answers": [{"face": 2, "answer": "not_a_face", "was": "synthetic"}]}


def test_it_takes_the_same_answer_again_and_does_nothing(waiting: Work) -> None:
    for _ in range(2):
        _answer(waiting, face_1=SYNTHETIC, face_2=SYNTHETIC)
    assert waiting.state == WorkState.QUEUED
    assert len(_bodies(waiting, "work.faces_answered")) == 1
    assert waiting.transitions.filter(state=WorkState.QUEUED).count() == 2


def test_it_takes_no_real_person_back(waiting: Work) -> None:
    _answer(waiting, face_1=REAL, face_2=SYNTHETIC)
    with pytest.raises(Refusal) as caught:
        _answer(waiting, face_1=SYNTHETIC)
    assert (caught.value.code, caught.value.status) == ("answer_final", 409)
    _answer(waiting, face_2=REAL)
    assert waiting.state == WorkState.AWAITING_CONSENT
    assert [face.answer for face in faces_of(waiting)] == [REAL, REAL]
    assert len(_bodies(waiting, "work.faces_answered")) == 2


def test_it_changes_nothing_once_the_work_went_on(waiting: Work) -> None:
    _answer(waiting, face_1=SYNTHETIC, face_2=SYNTHETIC)
    with pytest.raises(Refusal) as caught:
        _answer(waiting, face_1=REAL)
    assert caught.value.code == "answers_closed"
    assert [face.answer for face in faces_of(waiting)] == [SYNTHETIC, SYNTHETIC]


@pytest.mark.parametrize(
    ("answers", "code"), [({}, "answers_missing"), ({"face_3": SYNTHETIC}, "face_unknown")]
)
def test_it_refuses_answers_about_no_face_of_the_work(
    waiting: Work, answers: dict[str, Answer], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        _answer(waiting, **answers)
    assert (caught.value.code, caught.value.status) == (code, 422)


def test_it_describes_faces_for_programs(waiting: Work) -> None:
    _answer(waiting, face_1=SYNTHETIC)
    first, second = described(waiting)
    assert first == {
        "face": 1,
        "frame": 0,
        "box": [40, 90, 100, 110],
        "confidence": 0.75,
        "answer": "synthetic",
        "same_as": None,
    }
    assert second["answer"] is None


def test_it_keeps_who_said_it_and_when(waiting: Work) -> None:
    _answer(waiting, face_1=SYNTHETIC)
    face = FoundFace.objects.get(work=waiting, position=1)
    assert face.answered_by == waiting.owner
    assert face.answered_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_send_the_work_on_once(waiting: Work) -> None:
    one, two = (Work.objects.get(pk=waiting.pk) for _ in range(2))
    results = outcomes(lambda: _answer(one, face_1=SYNTHETIC), lambda: _answer(two, face_2=SYNTHETIC))
    waiting.refresh_from_db()
    assert results == ["done", "done"]
    assert (waiting.state, unanswered(waiting)) == (WorkState.QUEUED, 0)
    assert waiting.transitions.filter(state=WorkState.QUEUED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_opposite_answers_at_once_never_mark_a_real_person(waiting: Work) -> None:
    one, two = (Work.objects.get(pk=waiting.pk) for _ in range(2))
    results = outcomes(
        lambda: _answer(one, face_1=REAL, face_2=SYNTHETIC),
        lambda: _answer(two, face_1=SYNTHETIC, face_2=SYNTHETIC),
    )
    waiting.refresh_from_db()
    is_real = waiting.state == WorkState.AWAITING_CONSENT
    assert is_real == (FoundFace.objects.get(work=waiting, position=1).answer == REAL)
    assert results == ["answer_final" if is_real else "answers_closed", "done"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_brings_no_deleted_work_back(waiting: Work) -> None:
    one, two = (Work.objects.get(pk=waiting.pk) for _ in range(2))
    results = outcomes(
        lambda: _answer(one, face_1=SYNTHETIC, face_2=SYNTHETIC),
        lambda: delete(by=two.owner, work=two),
    )
    waiting.refresh_from_db()
    assert (waiting.state, results) in [
        (WorkState.DELETED, ["answers_closed", "done"]),
        (WorkState.QUEUED, ["done", "wrong_state"]),
    ]
