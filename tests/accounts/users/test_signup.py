from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.records.models import Record
from accounts.users.forms import SignupForm
from accounts.users.models import Agreement, AgreementAcceptance, User

FORM = {
    "email": "cleo@example.com",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
    "agreement": "on",
}


def test_it_asks_for_the_agreement_unticked_and_links_to_it(client: Client, agreement: Agreement) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    box = re.search(r'<input[^>]*name="agreement"[^>]*>', page)
    assert box is not None
    assert "checked" not in box[0]
    assert "required" in box[0]
    assert f'href="{reverse("me:agreement")}"' in page


def test_it_makes_no_account_without_the_agreement(client: Client, agreement: Agreement) -> None:
    response = client.post(reverse("account_signup"), {**FORM, "agreement": ""})
    assert response.status_code == 200
    assert "without it there is no account" in " ".join(response.context["form"].errors["agreement"])
    assert not User.objects.exists()


def test_it_leads_from_signing_up_over_the_code_to_the_real_name(
    client: Client, agreement: Agreement
) -> None:
    response = client.post(reverse("account_signup"), FORM)
    assert response["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get()
    acceptance = AgreementAcceptance.objects.get(user=user)
    assert (acceptance.agreement, acceptance.is_on_behalf) == (agreement, False)
    assert Record.objects.filter(kind="agreement.accepted", subject=f"user:{user.producer_id}").exists()

    code = re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{2,4})\s*$", mail.outbox[0].body, re.MULTILINE)
    assert code is not None, mail.outbox[0].body
    response = client.post(reverse("account_email_verification_sent"), {"code": code[1]})
    assert response["Location"] == reverse("identity:page")
    assert client.get(response["Location"]).status_code == 200


def test_it_answers_a_taken_address_like_a_new_one(client: Client, user: User, agreement: Agreement) -> None:
    response = client.post(reverse("account_signup"), {**FORM, "email": user.email})
    assert response["Location"] == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert not AgreementAcceptance.objects.exists()


@pytest.mark.django_db
def test_it_signs_up_before_an_agreement_is_published(user: User) -> None:
    SignupForm().signup(None, user)
    assert not AgreementAcceptance.objects.exists()
