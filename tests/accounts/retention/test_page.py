from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.access.roles import LegalOfficer
from accounts.retention.models import LegalHold
from accounts.users.models import User
from accounts.users.services import set_role

from .conftest import PAPER

PAGE = {"subject": "work:8Z0K3ABCDE", "case": "2026-1", "document_sha256": PAPER}


def signed_in(client: Client, user: User) -> Client:
    set_role(by=None, user=user, role=LegalOfficer, is_held=True)
    client.force_login(user)
    return client


def read(client: Client) -> str:
    return client.get(reverse("holds:page"), headers={"accept-language": "en"}).content.decode()


def test_two_of_the_staff_set_and_lift_a_hold(client: Client, officer: User, counsel: User) -> None:
    assert "Nothing is held" in read(signed_in(client, officer))
    assert client.post(reverse("holds:page"), PAGE).status_code == 302
    hold = LegalHold.objects.get()
    assert ">Confirm<" not in read(client)

    signed_in(client, counsel)
    assert ">Confirm<" in read(client)
    assert client.post(reverse("holds:step", args=[hold.pk, "confirm"])).status_code == 302
    client.post(reverse("holds:step", args=[hold.pk, "ask-to-lift"]))
    assert ">Lift<" not in read(client)
    client.post(reverse("holds:step", args=[hold.pk, "lift"]))
    hold.refresh_from_db()
    assert hold.lifted_at is None

    signed_in(client, officer)
    assert ">Lift<" in read(client)
    client.post(reverse("holds:step", args=[hold.pk, "lift"]))
    assert "It does not hold any more" in read(client)


def test_one_that_nobody_confirmed_can_be_lifted(client: Client, officer: User, counsel: User) -> None:
    signed_in(client, officer).post(reverse("holds:page"), PAGE)
    hold = LegalHold.objects.get()
    assert ">Take it back<" in read(client)
    client.post(reverse("holds:step", args=[hold.pk, "ask-to-lift"]))
    assert ">Lift<" not in read(client)
    signed_in(client, counsel)
    page = read(client)
    assert ">Lift<" in page
    assert ">Keep it<" in page
    client.post(reverse("holds:step", args=[hold.pk, "lift"]))
    hold.refresh_from_db()
    assert hold.lifted_by == counsel


def test_what_names_nothing_is_said_beside_the_form(client: Client, officer: User) -> None:
    signed_in(client, officer)
    answer = client.post(reverse("holds:page"), {**PAGE, "subject": "grant:1"})
    assert answer.status_code == 422
    assert client.post(reverse("holds:page"), {**PAGE, "document_sha256": ""}).status_code == 422


def test_there_is_no_other_step(client: Client, officer: User) -> None:
    signed_in(client, officer).post(reverse("holds:page"), PAGE)
    hold = LegalHold.objects.get()
    assert client.post(reverse("holds:step", args=[hold.pk, "forget"])).status_code == 404


def test_others_do_not_see_it(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(reverse("holds:page")).status_code == 403


def test_who_proposed_it_takes_it_back_there(client: Client, officer: User) -> None:
    signed_in(client, officer).post(reverse("holds:page"), PAGE)
    client.post(reverse("holds:step", args=[LegalHold.objects.get().pk, "withdraw"]))
    page = read(client)
    assert "It does not hold any more" in page
    assert "Holds until" not in page


def test_a_hold_on_ones_own_account_is_for_others_to_read(
    client: Client, officer: User, counsel: User
) -> None:
    own = {**PAGE, "subject": f"user:{officer.producer_id}"}
    signed_in(client, counsel).post(reverse("holds:page"), own)
    assert own["subject"] in read(client)
    assert own["subject"] not in read(signed_in(client, officer))
