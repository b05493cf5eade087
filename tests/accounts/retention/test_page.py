from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access.roles import LegalOfficer
from accounts.retention.holds import MOST_BY_TWO, confirm
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


def test_its_button_stands_among_the_actions_of_the_form(client: Client, officer: User) -> None:
    among = re.compile(r'<div class="form-actions">\s*<button[^>]*>\s*<span>Propose</span>')
    assert len(among.findall(read(signed_in(client, officer)))) == 1


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


def test_the_second_person_may_decline_it_there(client: Client, officer: User, counsel: User) -> None:
    signed_in(client, officer).post(reverse("holds:page"), PAGE)
    assert ">Decline<" not in read(client)
    signed_in(client, counsel)
    assert ">Decline<" in read(client)
    client.post(reverse("holds:step", args=[LegalHold.objects.get().pk, "decline"]))
    page = read(client)
    assert "It does not hold any more" in page
    assert "Declined" in page


def test_whoever_it_concerns_does_not_read_of_it(client: Client, officer: User, counsel: User) -> None:
    subject = f"user:{counsel.producer_id}"
    signed_in(client, officer).post(reverse("holds:page"), {**PAGE, "subject": subject})
    assert subject in read(client)
    signed_in(client, counsel)
    shown = read(client)
    assert subject not in shown
    assert ">Confirm<" not in shown


def test_whoever_may_not_confirm_it_again_is_not_asked_to(
    client: Client, officer: User, counsel: User
) -> None:
    signed_in(client, officer)
    for number in range(MOST_BY_TWO + 1):
        page = {**PAGE, "document_sha256": f"{number:064x}"}
        client.post(reverse("holds:page"), page)
        if number < MOST_BY_TWO:
            confirm(by=counsel, hold=LegalHold.objects.get(confirmed_at=None))
    shown = read(signed_in(client, counsel))
    assert ">Confirm<" not in shown
    assert ">Decline<" in shown


def test_the_address_of_a_step_leads_to_the_list(client: Client, officer: User) -> None:
    signed_in(client, officer).post(reverse("holds:page"), PAGE)
    answer = client.get(reverse("holds:step", args=[LegalHold.objects.get().pk, "confirm"]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("holds:page"))


def test_it_says_until_when_somebody_else_has_to_confirm(client: Client, officer: User) -> None:
    answer = signed_in(client, officer).post(
        reverse("holds:page"), PAGE, follow=True, headers={"accept-language": "en"}
    )
    end = timezone.localtime(LegalHold.objects.get().ends_at).strftime("%Y-%m-%d %H:%M")
    assert f"somebody else has to confirm it before {end}." in answer.content.decode()
