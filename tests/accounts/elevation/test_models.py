"""What the database itself refuses, whoever writes into it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.elevation import triggers
from accounts.elevation.models import ApprovalQuestion, ConcernedPerson, Elevation
from accounts.users.models import User
from tests.accounts.elevation.officers import Approver

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PROOF = {"nonce": "00"}


def violated(elevation: Elevation, **columns: Any) -> str:
    """The constraint that refuses ``columns``."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Elevation.objects.filter(pk=elevation.pk).update(**columns)
    return str(error.value)


def first(by: User) -> dict[str, Any]:
    return {"first_approver": by, "first_approved_at": NOW, "first_proof": PROOF}


def second(by: User) -> dict[str, Any]:
    return {"second_approver": by, "second_approved_at": NOW, "second_proof": PROOF}


def test_the_asker_is_no_approver(asked: Elevation, asker: User, guard: Approver) -> None:
    assert "elevation_first_approver_did_not_ask" in violated(asked, **first(asker))
    both = first(guard.user) | second(asker)
    assert "elevation_second_approver_did_not_ask" in violated(asked, **both)


def test_one_person_does_not_approve_twice(asked: Elevation, guard: Approver) -> None:
    both = first(guard.user) | second(guard.user)
    assert "elevation_is_approved_by_two_people" in violated(asked, **both)


def test_there_is_no_second_without_a_first(asked: Elevation, guard: Approver) -> None:
    assert "elevation_is_approved_by_two_people" in violated(asked, **second(guard.user))


@pytest.mark.parametrize("column", ["first_approved_at", "first_proof"])
def test_an_approval_has_a_time_and_a_proof(asked: Elevation, guard: Approver, column: str) -> None:
    assert "elevation_first_approval_is_whole" in violated(asked, **first(guard.user) | {column: None})


def test_the_second_approval_is_whole_as_well(approved: Elevation) -> None:
    assert "elevation_second_approval_is_whole" in violated(approved, second_proof=None)


@pytest.mark.parametrize("state", ["approved", "open", "closed"])
def test_nothing_is_approved_with_one_approval(asked: Elevation, guard: Approver, state: str) -> None:
    columns: dict[str, Any] = {"state": state, **first(guard.user)}
    if state == "open":
        columns |= {"window_key": b"x", "opened_at": NOW, "ends_at": NOW + timedelta(minutes=1)}
    if state == "closed":
        columns["ended_at"] = NOW
    assert "elevation_" in violated(asked, **columns)


def test_no_window_opens_without_two_approvals(asked: Elevation, guard: Approver) -> None:
    window = {"opened_at": NOW, "ends_at": NOW + timedelta(minutes=1)}
    assert "elevation_window_needs_approvals" in violated(asked, **window, **first(guard.user))


def test_a_window_ends_after_its_beginning(opened: Elevation) -> None:
    assert "elevation_window_needs_approvals" in violated(opened, ends_at=opened.opened_at)


def test_a_closed_window_has_no_key(opened: Elevation) -> None:
    assert "elevation_window_is_shut_at_its_end" in violated(opened, state="closed", ended_at=NOW)
    assert "elevation_window_is_shut_at_its_end" in violated(opened, window_key=None)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"minutes": 61}, "elevation_lasts_an_hour_at_most"),
        ({"minutes": 0}, "elevation_lasts_an_hour_at_most"),
        ({"opens_before": NOW - timedelta(days=1)}, "elevation_opens_after_its_asking"),
        ({"state": "expired"}, "elevation_end_has_a_time"),
        ({"ended_at": NOW}, "elevation_end_has_a_time"),
        ({"state": "refused", "ended_at": NOW}, "elevation_refusal_has_somebody"),
        ({"wrapped_key": None, "content": None}, "elevation_is_readable_until_it_ended"),
        ({"content": None}, "elevation_is_readable_until_it_ended"),
    ],
)
def test_impossible_rows_are_refused(asked: Elevation, columns: dict[str, Any], constraint: str) -> None:
    assert constraint in violated(asked, **columns)


def test_nobody_is_concerned_twice_nor_told_of_what_was_not_opened(asked: Elevation, person: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernedPerson.objects.create(elevation=asked, person=person)
    for columns in ({"sealed": b"x"}, {"told_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConcernedPerson.objects.update(**columns)


def test_a_question_ends_after_its_making_and_no_nonce_serves_twice(
    asked: Elevation, guard: Approver
) -> None:
    question = {
        "nonce": b"n" * 32,
        "elevation": asked,
        "approver": guard.user,
        "locale": "en",
        "made_at": NOW,
    }
    ApprovalQuestion.objects.create(**question, ends_at=NOW + timedelta(minutes=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalQuestion.objects.create(**question, ends_at=NOW + timedelta(minutes=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalQuestion.objects.create(**question | {"nonce": b"m" * 32}, ends_at=NOW)


def test_they_say_what_they_are(asked: Elevation, person: User, guard: Approver) -> None:
    concerned = asked.persons.get()
    question = ApprovalQuestion(elevation=asked, approver=guard.user)
    assert str(asked) == f"elevation {asked.reference}: asked"
    assert str(concerned).startswith(person.producer_id)
    assert str(question) == f"question about {asked.pk}"


@pytest.mark.parametrize("place", [first, second])
def test_nobody_concerned_approves(asked: Elevation, guard: Approver, place: Any) -> None:
    concerned = asked.persons.get().person
    columns = first(guard.user) | place(concerned)
    assert "nobody approves the opening of their own identity" in violated(asked, **columns)


def test_no_approver_becomes_concerned(approved: Elevation) -> None:
    assert approved.first_approver
    for change in (
        lambda: ConcernedPerson.objects.create(elevation=approved, person=approved.first_approver),
        lambda: approved.persons.update(person=approved.second_approver),
    ):
        with pytest.raises(IntegrityError, match="nobody approves"), transaction.atomic():
            change()


def test_its_triggers_can_be_removed_and_installed_again(approved: Elevation) -> None:
    triggers.remove(connection)
    triggers.remove(connection)
    assert approved.persons.update(person=approved.second_approver) == 1
    approved.persons.all().delete()
    triggers.install(connection)
    triggers.install(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernedPerson.objects.create(elevation=approved, person=approved.second_approver)
