from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.guardians import queries
from accounts.guardians.models import Guardianship
from accounts.identity.queries import open_claim_of
from accounts.records.models import Record
from accounts.users.models import User
from tests.accounts.guardians.test_services import CHILD, claim
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db
FORM = {"relation": "parent", "document_type": "resident_id", "name": "Lin Xiao", "number": CHILD}


@pytest.fixture
def mother() -> User:
    return account("mother@example.com", "Lin Mei", NUMBERS[1])


@pytest.fixture
def at_the_desk(client: Client, staff_user: User) -> Client:
    client.force_login(staff_user)
    return client


def test_it_names_a_child_that_waits_for_staff(client: Client, mother: User) -> None:
    client.force_login(mother)
    page = client.post(reverse("wards:page"), FORM, follow=True).content.decode()
    assert "Lin Xiao" in page
    assert "Waiting for a decision" in page
    again = client.post(reverse("wards:page"), FORM)
    assert again.status_code == 422
    assert "already" in again.content.decode()


@pytest.mark.parametrize("changes", [{"number": "1"}, {"relation": "aunt"}, {"name": ""}])
def test_it_refuses_what_is_no_child(client: Client, mother: User, changes: dict[str, str]) -> None:
    client.force_login(mother)
    assert client.post(reverse("wards:page"), {**FORM, **changes}).status_code == 422
    assert not Guardianship.objects.exists()


def test_staff_confirms_after_a_recorded_look(at_the_desk: Client, mother: User) -> None:
    guardianship = claim(mother)
    assert mother.producer_id in at_the_desk.get(reverse("guardian_review:queue")).content.decode()
    page = at_the_desk.get(reverse("guardian_review:guardianship", args=[guardianship.pk])).content.decode()
    assert CHILD in page
    assert Record.objects.filter(kind="identity.viewed").count() == 1
    at_the_desk.post(reverse("guardian_review:confirm", args=[guardianship.pk]))
    assert queries.acts_for(mother, guardianship.ward)
    assert at_the_desk.get(reverse("guardian_review:guardianship", args=[guardianship.pk])).status_code == 404


def test_staff_turns_down_with_a_reason(at_the_desk: Client, mother: User) -> None:
    address = reverse("guardian_review:turn_down", args=[claim(mother).pk])
    assert at_the_desk.post(address, {"reason": " "}, follow=True).status_code == 200
    assert queries.unconfirmed().exists()
    at_the_desk.post(address, {"reason": "No proof was shown."})
    assert not queries.unconfirmed().exists()


def test_a_reviewer_does_not_confirm_themselves(client: Client, mother: User) -> None:
    from django.contrib.auth.models import Group

    mother.groups.add(Group.objects.get_or_create(name="identity_reviewer")[0])
    client.force_login(mother)
    guardianship = claim(mother)
    refused = client.get(reverse("guardian_review:guardianship", args=[guardianship.pk]))
    assert refused.status_code == 403
    assert CHILD not in refused.content.decode()
    client.post(reverse("guardian_review:confirm", args=[guardianship.pk]))
    assert not queries.acts_for(mother, guardianship.ward)
    waiting = open_claim_of(guardianship.ward)
    assert waiting is not None
    assert client.get(reverse("identity_review:claim", args=[waiting.pk])).status_code == 403
    client.post(reverse("identity_review:approve", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.state == "pending"


def test_others_cannot_hand_a_child_over(client: Client, mother: User, other_user: User) -> None:
    guardianship = claim(mother)
    client.force_login(other_user)
    address = reverse("wards:hand_over", args=[guardianship.ward.producer_id])
    assert client.get(address).status_code == 404
    client.force_login(mother)
    assert client.get(address).status_code == 404
