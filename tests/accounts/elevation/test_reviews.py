"""Whoever decides on a claim reads it without anybody's approval: each time stands on the claimant's own page and in their copy."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.elevation.queries import reviews_of
from accounts.guardians import services as guardians
from accounts.guardians.models import Guardianship
from accounts.identity import services
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.manual import ManualProvider
from accounts.own_data.decided import decisions
from accounts.records.models import Record
from accounts.users.models import User
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.guardians.test_services import claim as claim_child
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db
OWN = "A member of staff read your claim, to decide on it."
OF_A_CHILD = "A member of staff read the claim of a child that you named, to decide on it."


@pytest.fixture
def pending(user: User) -> IdentityClaim:
    """One that waits for staff."""
    return services.submit_claim(
        by=user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER, provider=ManualProvider()
    )


@pytest.fixture
def ward(person: User) -> Guardianship:
    """A child that ``person`` named, and nobody confirmed yet."""
    return claim_child(person, now=timezone.now())


@pytest.fixture
def father(db: None) -> User:
    """Somebody else who names the same child."""
    return account("father@example.com", "Wang Wei", NUMBERS[2])


def page_of(user: User, path: str = "/me/accesses/") -> str:
    browser = Client()
    browser.force_login(user)
    return browser.get(path).text


def read_by(staff: User, claim: IdentityClaim) -> datetime:
    """Have ``staff`` open the page of ``claim``; answers when the log says that they did."""
    assert NUMBER in page_of(staff, reverse("identity_review:claim", args=[claim.pk]))
    found = Record.objects.filter(kind="identity.viewed").latest("sequence")
    return timezone.localtime(found.at)


def copied(user: User) -> list[dict[str, object]]:
    """What a copy of their data says of reviews."""
    return {part.name: part.content for part in decisions(user)}["reviews"]  # type: ignore[no-any-return]


def test_each_reading_stands_on_the_claimants_own_page(
    pending: IdentityClaim, staff_user: User, other_user: User
) -> None:
    assert OWN not in page_of(pending.user)
    times = [read_by(staff_user, pending) for _ in range(2)]
    services.approve(by=staff_user, claim=pending)
    page = page_of(pending.user)
    assert page.count(OWN) == 2
    assert all(f"{at:%Y-%m-%d %H:%M:%S}" in page for at in times)
    assert all(said not in page for said in (staff_user.producer_id, NAME, NUMBER, OF_A_CHILD))
    assert not reviews_of(other_user).exists()
    assert OWN not in page_of(other_user)


def test_it_stays_there_when_the_claim_was_turned_down(pending: IdentityClaim, staff_user: User) -> None:
    read_by(staff_user, pending)
    services.reject(by=staff_user, claim=pending, reason="Unreadable")
    assert OWN in page_of(pending.user)


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_childs_stands_on_the_page_of_whoever_named_it_whatever_became_of_that(
    is_confirmed: bool, ward: Guardianship, person: User, staff_user: User
) -> None:
    page_of(staff_user, reverse("guardian_review:guardianship", args=[ward.pk]))
    if is_confirmed:
        guardians.confirm(by=staff_user, guardianship=ward)
    else:
        guardians.turn_down(by=staff_user, guardianship=ward, reason="No proof was shown.")
    page = page_of(person)
    assert (page.count(OF_A_CHILD), page.count(OWN)) == (1, 0)
    assert [each["claimant"] for each in copied(person)] == [f"user:{ward.ward.producer_id}"]


def test_it_tells_nobody_of_readings_before_they_named_the_child_or_since_they_do_not(
    ward: Guardianship, father: User, staff_user: User
) -> None:
    page = reverse("guardian_review:guardianship", args=[ward.pk])
    page_of(staff_user, page)
    later = claim_child(father, now=timezone.now())
    assert later.ward == ward.ward
    assert not reviews_of(father).exists()
    guardians.turn_down(by=staff_user, guardianship=later, reason="No proof was shown.")
    page_of(staff_user, page)
    assert not reviews_of(father).exists()
    assert reviews_of(ward.guardian).count() == 2


def test_a_child_with_an_account_of_its_own_sees_those_of_its_claim(
    ward: Guardianship, staff_user: User
) -> None:
    page_of(staff_user, reverse("guardian_review:guardianship", args=[ward.pk]))
    User.objects.filter(pk=ward.ward_id).update(is_active=True)
    assert page_of(ward.ward).count(OWN) == 1


def test_a_copy_of_ones_data_holds_when_and_not_who(pending: IdentityClaim, staff_user: User) -> None:
    at = read_by(staff_user, pending)
    assert copied(pending.user) == [{"claimant": f"user:{pending.user.producer_id}", "at": at}]
