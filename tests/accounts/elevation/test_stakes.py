"""Whoever has a stake in why an identity is opened neither asks for it nor approves, and does not read the request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.elevation import opening, services
from accounts.elevation.contents import content_of
from accounts.elevation.models import Elevation
from accounts.guardians.models import Guardianship
from accounts.notices.models import Notice
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.models import Case
from tests.accounts.elevation.officers import Approver, wish
from tests.marking.desk.complaints import filed
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return filed()


@pytest.fixture
def about_case(asker: User, person: User, case: Case) -> Elevation:
    """A request that a case led to."""
    return services.ask(by=asker, wish=wish(person, about=f"case:{case.code}"))


def complained(case: Case, user: User) -> None:
    Case.objects.filter(pk=case.pk).update(reporter=user)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def page_of(user: User, elevation: Elevation) -> int:
    browser = Client()
    browser.force_login(user)
    return browser.get(reverse("elevations:page", args=[elevation.reference])).status_code


def test_nobody_asks_because_of_what_they_complained_of(asker: User, person: User, case: Case) -> None:
    complained(case, asker)
    act = lambda: services.ask(by=asker, wish=wish(person, about=f"case:{case.code}"))  # noqa: E731
    assert refused(act) == "concerned"


def test_who_complained_takes_no_part(
    about_case: Elevation, case: Case, guard: Approver, colleague: Approver, asker: User
) -> None:
    complained(case, guard.user)
    assert refused(lambda: guard.approve(about_case)) == "concerned"
    assert refused(lambda: services.refuse(about_case, by=guard.user)) == "concerned"
    assert refused(lambda: services.end_gag(about_case, by=guard.user)) == "concerned"
    assert (page_of(guard.user, about_case), page_of(colleague.user, about_case)) == (404, 200)


def test_who_complained_is_not_told_that_it_waits(
    asker: User, person: User, case: Case, guard: Approver, colleague: Approver
) -> None:
    complained(case, guard.user)
    services.ask(by=asker, wish=wish(person, about=f"case:{case.code}"))
    assert set(Notice.objects.values_list("user", flat=True)) == {colleague.user.pk}


def test_the_keeper_opens_nothing_that_a_complainant_approved(
    about_case: Elevation, case: Case, guard: Approver, colleague: Approver
) -> None:
    colleague.approve(about_case)
    guard.approve(about_case)
    complained(case, guard.user)
    assert not opening.open_approved(about_case.pk)
    about_case.refresh_from_db()
    assert about_case.failure == "not_independent"


def test_nobody_approves_for_the_child_they_act_for(asked: Elevation, guard: Approver, person: User) -> None:
    Guardianship.objects.create(ward=person, guardian=guard.user, relation="parent")
    assert refused(lambda: guard.approve(asked)) == "concerned"


def test_the_asker_goes_on_reading_what_they_asked(about_case: Elevation, case: Case, asker: User) -> None:
    complained(case, asker)
    assert page_of(asker, about_case) == 200


def test_of_what_is_erased_the_persons_alone_are_known(about_case: Elevation, guard: Approver) -> None:
    assert content_of(about_case).asked.about
    with unrecorded():
        Elevation.objects.filter(pk=about_case.pk).update(
            wrapped_key=None, content=None, state="cancelled", ended_at=timezone.now()
        )
    assert page_of(guard.user, about_case) == 200
