"""``records verify --deep`` holds the tables of openings against the log; an erased account leaves nothing open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.elevation import services
from accounts.elevation.audit import mismatches
from accounts.elevation.models import ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.records import deep
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from tests.accounts.elevation.officers import Approver, wish
from tests.queries import queries_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return [each.code for each in mismatches()]


def test_whatever_was_done_by_the_services_is_in_order(
    opened: Elevation, concerned: ConcernedPerson, asker: User
) -> None:
    services.view(concerned, by=asker)
    assert codes() == []
    services.close(opened, by=asker)
    assert list(deep.mismatches()) == []


def test_a_look_that_was_hidden_or_made_up_is_found(concerned: ConcernedPerson, asker: User) -> None:
    services.view(concerned, by=asker)
    Viewing.objects.all().delete()
    assert codes() == ["elevation_viewed"]
    for _ in range(2):
        Viewing.objects.create(concerned=concerned, viewer=asker, at=timezone.now())
    assert codes() == ["elevation_viewed"]


def test_an_opening_that_was_hidden_or_made_up_is_found(opened: Elevation, asked: Elevation) -> None:
    ConcernedPerson.objects.update(is_opened=False, sealed=None)
    assert codes() == ["elevation_opened"]


def test_a_request_that_nobody_made_is_found(asked: Elevation) -> None:
    asked.pk, asked.reference = None, timezone.now().strftime("%Y%m%d-0000-4000-8000-000000000000")  # type: ignore[assignment]
    asked.save(force_insert=True)
    assert codes() == ["elevation_unrecorded"]


@pytest.mark.parametrize("state", ["cancelled", "refused"])
def test_an_end_that_was_made_up_is_found(asked: Elevation, guard: Approver, state: str) -> None:
    who = guard.user if state == "refused" else None
    with unrecorded():
        Elevation.objects.update(state=state, ended_at=timezone.now(), refused_by=who)
    assert codes() == ["elevation_state"]


def erase(user: User) -> None:
    now = timezone.now()
    user.deletion_requested_at = now - RETENTION - timedelta(days=1)
    user.save()
    erase_account(by=None, user=user, now=now)


def test_an_erased_person_is_read_no_more(opened: Elevation, asker: User, person: User) -> None:
    erase(person)
    concerned = opened.persons.select_related("elevation", "person").get()
    assert concerned.sealed is None
    assert services.view(concerned, by=asker) == {}
    services.close(opened, by=asker)
    assert codes() == []


def test_what_an_erased_officer_asked_is_taken_back(asked: Elevation, asker: User) -> None:
    erase(asker)
    asked.refresh_from_db()
    assert asked.state == ElevationState.CANCELLED
    assert codes() == []


def test_it_asks_no_more_often_of_more_requests(asked: Elevation, asker: User, person: User) -> None:
    queries = queries_of(mismatches)
    for _ in range(2):
        services.ask(by=asker, wish=wish(person))
    assert codes() == []
    assert queries_of(mismatches) == queries
