"""The desk …"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest

from accounts.records.models import Record, RecordBody
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases import mail
from marking.desk.cases.contents import description_of
from marking.desk.cases.lifecycle import move
from marking.desk.cases.models import Case
from marking.desk.cases.states import Event
from marking.desk.decisions import services
from marking.works.models import Work
from tests.marking.desk.complaints import ADDRESS, NOW, TEXT, filed
from tests.marking.verification.marked_files import marked_file, register

pytestmark = pytest.mark.django_db
ANSWER = "We found that you did not agree, and the work is blocked."


def events(case: Case) -> list[str]:
    return [each.event for each in case.events.all()]


def test_a_case_goes_from_hand_to_hand_and_every_step_is_recorded(
    case: Case, officer: User, operator: User
) -> None:
    services.take(by=officer, case=case, now=NOW)
    services.put_back(by=operator, case=case, now=NOW)
    services.take(by=operator, case=case, now=NOW)
    services.answer(by=operator, case=case, text=f"  {ANSWER}\n", now=NOW)
    mail.mail_answer(case.pk, now=NOW)
    case.refresh_from_db()
    services.close(by=officer, case=case, now=NOW)

    steps = ["received", "taken", "put_back", "taken", "answered", "closed"]
    assert events(case) == steps
    records = Record.objects.filter(subject=f"case:{case.code}").order_by("sequence")
    assert [record.kind for record in records] == [f"case.{step}" for step in steps]
    actors = [json.loads(bytes(record.entry))["actor"] for record in records]
    one, two = officer.producer_id, operator.producer_id
    assert actors == ["system", one, two, two, two, one]
    assert (case.answer, case.answered_at, case.closed_at) == (ANSWER, NOW, NOW)


def test_the_record_of_an_answer_commits_to_its_words_and_does_not_hold_them(
    taken: Case, officer: User
) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    body = bytes(RecordBody.objects.get(record__kind="case.answered").content)
    said = {"kind": "no_consent", "text_sha256": sha256(ANSWER.encode()).hexdigest(), "session": "none"}
    assert json.loads(body[32:]) == said


def test_a_case_is_turned_down_with_a_reason(taken: Case, officer: User) -> None:
    services.reject(by=officer, case=taken, reason="The picture shows a drawing.", now=NOW)
    assert (taken.state, taken.answer) == ("rejected", "The picture shows a drawing.")


@pytest.mark.parametrize("looked", ["before", "after"])
def test_the_same_answer_sent_twice_is_one_answer(taken: Case, officer: User, looked: str) -> None:
    second_look = Case.objects.get(pk=taken.pk)
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    if looked == "after":
        second_look.refresh_from_db()
    services.answer(by=officer, case=second_look, text=f"{ANSWER} ", now=NOW)
    assert second_look.state == "answered"
    assert events(taken) == ["received", "taken", "answered"]


def test_another_answer_or_another_decision_is_refused_after_the_first(
    taken: Case, officer: User, operator: User
) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    for act in (
        partial(services.answer, by=officer, text=f"{ANSWER} Really."),
        partial(services.answer, by=operator, text=ANSWER),
        partial(services.reject, by=officer, reason=ANSWER),
    ):
        with pytest.raises(Refusal, match="Take the case first"):
            act(case=taken)


def test_only_one_of_two_takes_a_case(case: Case, officer: User, operator: User) -> None:
    second_look = Case.objects.get(pk=case.pk)
    services.take(by=officer, case=case, now=NOW)
    with pytest.raises(Refusal, match="moved on"):
        services.take(by=operator, case=second_look, now=NOW)
    assert Case.objects.get().taken_by == officer


def test_what_was_put_back_and_taken_by_another_meanwhile_is_not_put_back_again(
    taken: Case, officer: User, operator: User
) -> None:
    old_look = Case.objects.get(pk=taken.pk)
    services.put_back(by=officer, case=taken, now=NOW)
    services.take(by=operator, case=taken, now=NOW)
    with pytest.raises(Refusal, match="moved on"):
        services.put_back(by=officer, case=old_look, now=NOW)


def own_cases(work: Work) -> list[Case]:
    """Cases about ``work``, by its number, by its file's fingerprint, by that beside another work's number."""
    file = replace(marked_file(), data=b"another file")
    other = register(User.objects.create_user("other@example.com"), file, number=7).work
    sha256 = work.marked_sha256
    named = ({"work": work}, {"file_sha256": sha256}, {"work": other, "file_sha256": sha256})
    return [filed(**each) for each in named]


def test_nobody_does_anything_about_a_work_of_their_own(work: Work) -> None:
    for case in own_cases(work):
        acts = (services.take, services.put_back, services.close, services.reveal_contact)
        for act in (*acts, partial(services.answer, text=ANSWER), partial(services.reject, reason=ANSWER)):
            with pytest.raises(Refusal, match="work of your own") as caught:
                act(by=work.owner, case=case)
            assert caught.value.code == "own_work"


@pytest.mark.parametrize("act", ["answer", "reject", "reveal"])
def test_only_who_has_taken_a_case_decides_it_or_opens_its_address(
    case: Case, officer: User, operator: User, act: str
) -> None:
    acts = {
        "answer": lambda: services.answer(by=operator, case=case, text=ANSWER),
        "reject": lambda: services.reject(by=operator, case=case, reason=ANSWER),
        "reveal": lambda: services.reveal_contact(by=operator, case=case),
    }
    for _ in range(2):
        with pytest.raises(Refusal, match="Take the case first"):
            acts[act]()
        if case.taken_by is None:
            services.take(by=officer, case=case)


def test_a_case_is_closed_after_its_answer_only(case: Case, officer: User) -> None:
    with pytest.raises(Refusal, match="moved on"):
        services.close(by=officer, case=case)


@pytest.mark.parametrize("text", ["", "  too short  ", "x" * 4001])
def test_an_answer_says_something_and_not_everything(taken: Case, officer: User, text: str) -> None:
    with pytest.raises(Refusal, match="10 to 4000 characters; found") as caught:
        services.answer(by=officer, case=taken, text=text)
    assert caught.value.status == 422


def test_every_look_at_an_address_is_recorded(taken: Case, officer: User) -> None:
    assert [services.reveal_contact(by=officer, case=taken, now=NOW) for _ in range(2)] == [ADDRESS] * 2
    assert events(taken)[-2:] == ["contact_viewed"] * 2
    assert Record.objects.filter(kind="case.contact_viewed").count() == 2


def test_closing_a_case_erases_its_address_and_keeps_its_text(taken: Case, officer: User) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    services.close(by=officer, case=taken, now=NOW + mail.GIVEN_UP_AFTER)
    assert taken.contact is None
    assert description_of(taken) == TEXT


def test_a_case_is_not_closed_before_its_answer_is_announced(taken: Case, officer: User) -> None:
    services.answer(by=officer, case=taken, text=ANSWER, now=NOW)
    with pytest.raises(Refusal, match="has not gone out yet") as caught:
        services.close(by=officer, case=taken, now=NOW + timedelta(hours=1))
    assert caught.value.code == "mail_waiting"
    mail.mail_answer(taken.pk, now=NOW)
    taken.refresh_from_db()
    services.close(by=officer, case=taken, now=NOW + timedelta(hours=1))
    assert taken.contact is None


def test_an_address_that_is_not_there_cannot_be_opened(officer: User) -> None:
    case = filed(contact="")
    services.take(by=officer, case=case)
    with pytest.raises(Refusal, match="left no address") as caught:
        services.reveal_contact(by=officer, case=case)
    assert caught.value.code == "no_contact"


def test_an_event_that_moves_nothing_is_no_move(case: Case, officer: User) -> None:
    with pytest.raises(Refusal):
        move(case, Event.CONTACT_VIEWED, by=officer, now=NOW)
