from __future__ import annotations

import pytest

from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.services import address_of, addresses_of, contact_for, erase, holder_of, holds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("other", ["Lin@Example.com", " lin@example.com ", "ｌin@example.com"])
def test_it_knows_an_address_in_every_spelling(other: str) -> None:
    assert contact_for("lin@example.com") == contact_for(other)


@pytest.mark.parametrize("other", ["lin-mei@example.com", "linmei@exam-ple.com"])
def test_it_takes_addresses_that_differ_in_a_hyphen_for_two(other: str) -> None:
    first, second = contact_for("linmei@example.com"), contact_for(other)
    assert first != second
    assert [address_of(each) for each in (first, second)] == ["linmei@example.com", other]


def test_it_finds_who_holds_an_address_as_a_confirmed_one(user: User) -> None:
    contact = contact_for("ADA@example.com")
    assert holder_of(contact) == user
    assert holds(user, contact)
    user.emailaddress_set.update(verified=False)
    assert holder_of(contact) is None
    assert not holds(user, contact)


def test_it_finds_no_closed_account(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert holder_of(contact_for(user.email)) is None


def test_it_forgets_an_address_and_learns_it_anew(user: User) -> None:
    contact = contact_for(user.email)
    erase([each.pk for each in addresses_of(user)])
    contact.refresh_from_db()
    assert (address_of(contact), holder_of(contact)) == ("", None)
    assert contact_for(user.email) == contact
    assert address_of(Contact.objects.get()) == user.email
