from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.opting_out import contact_by_token, opt_in, opt_out, token_for
from consent.contacts.services import contact_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(db: None) -> Contact:
    return contact_for("ada@example.com")


def way_out(contact: Contact) -> str:
    return reverse("contacts:opt-out", args=[token_for(contact)])


def test_it_is_opened_by_its_token_alone(contact: Contact) -> None:
    token = token_for(contact)
    assert contact_by_token(token) == contact
    changed = token[:-1] + ("0" if token[-1] != "0" else "1")
    for wrong in ("", "x" * 64, contact.reference.hex, changed, token + "0", token[:32] + "ü" * 32):
        assert contact_by_token(wrong) is None


def test_a_prefetch_of_any_kind_changes_nothing(client: Client, contact: Contact) -> None:
    for method in ("get", "head", "options", "put"):
        for _ in range(10):
            getattr(client, method)(way_out(contact))
    contact.refresh_from_db()
    assert contact.opted_out_at is None
    assert not client.get(way_out(contact)).cookies


def test_it_opts_out_by_its_button_and_says_so_to_anybody(client: Client, contact: Contact) -> None:
    page = client.post(way_out(contact), follow=True).content.decode()
    contact.refresh_from_db()
    assert contact.opted_out_at is not None
    assert "is not written to any more" in page
    assert "Let requests reach my address again" not in page
    client.post(way_out(contact))
    assert Record.objects.filter(kind="contact.opted_out").count() == 1


def test_only_the_account_that_holds_the_address_takes_it_back(
    client: Client, contact: Contact, user: User, other_user: User
) -> None:
    opt_out(contact)
    client.post(way_out(contact), {"back": "1"})
    client.force_login(other_user)
    client.post(way_out(contact), {"back": "1"})
    contact.refresh_from_db()
    assert contact.opted_out_at is not None
    with pytest.raises(Refusal, match="Only the account"):
        opt_in(by=other_user, contact=contact)
    client.force_login(user)
    assert "Let requests reach my address again" in client.get(way_out(contact)).content.decode()
    client.post(way_out(contact), {"back": "1"})
    contact.refresh_from_db()
    assert contact.opted_out_at is None
    opt_in(by=user, contact=contact)
    assert Record.objects.filter(kind="contact.opted_in").count() == 1


def test_another_sites_page_opts_nobody_out(client: Client, contact: Contact) -> None:
    answer = client.post(way_out(contact), headers={"Sec-Fetch-Site": "cross-site"})
    contact.refresh_from_db()
    assert (answer.status_code, contact.opted_out_at) == (403, None)


def test_it_leads_nowhere_with_another_token(client: Client) -> None:
    assert client.get(reverse("contacts:opt-out", args=["0" * 64])).status_code == 404
