from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress

from accounts.records.models import Record
from accounts.users.models import User
from consent.blocking.models import Block
from consent.blocking.services import block, is_blocked, unblock
from consent.contacts.services import contact_for

pytestmark = pytest.mark.django_db


def test_it_is_written_once_and_recorded_under_a_name_that_the_requester_does_not_know(
    user: User, other_user: User
) -> None:
    contact, about = contact_for(user.email), uuid4()
    first = block(contact, other_user, person=None, about=about)
    assert block(contact, other_user, person=user, about=about) == first
    assert Block.objects.get().person == user
    assert list(Record.objects.values_list("kind", "subject")) == [("answer.blocked", f"answer:{about}")]


def test_it_holds_for_an_address_before_and_after_it_has_an_account(other_user: User, db: None) -> None:
    contact = contact_for("grace@example.com")
    block(contact, other_user, person=None, about=uuid4())
    assert is_blocked(contact, other_user)
    grace = User.objects.create_user("grace@example.com", "correct horse battery")
    assert not is_blocked(grace, other_user)  # the address is not confirmed yet
    EmailAddress.objects.create(user=grace, email="Grace@example.com", verified=True)
    assert is_blocked(grace, other_user)
    EmailAddress.objects.create(user=grace, email="hopper@example.com", verified=True)
    assert is_blocked(contact_for("hopper@example.com"), other_user)


def test_it_holds_against_one_requester(user: User, other_user: User, operator: User) -> None:
    block(contact_for(user.email), other_user, person=user, about=uuid4())
    assert is_blocked(user, other_user)
    assert not is_blocked(user, operator)
    assert not is_blocked(contact_for("nobody@example.com"), other_user)


def test_only_the_person_lifts_it(user: User, other_user: User) -> None:
    made = block(contact_for(user.email), other_user, person=user, about=uuid4())
    unblock(by=other_user, block=made)
    assert is_blocked(user, other_user)
    unblock(by=user, block=made)
    unblock(by=user, block=made)
    assert not is_blocked(user, other_user)
