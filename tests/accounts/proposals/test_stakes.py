"""Whoever has a stake in a matter …"""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.guardians.models import Guardianship
from accounts.proposals import stakes
from accounts.proposals.pages import of_others
from accounts.sanctions.states import Step
from accounts.users.models import User
from tests.accounts.sanctions.decisions import moderator, sanctioned

pytestmark = pytest.mark.django_db


def account(user: User) -> str:
    return f"user:{user.producer_id}"


def test_holds_it_in_their_own_account_and_in_that_of_a_child(user: User, other_user: User) -> None:
    Guardianship.objects.create(ward=user, guardian=other_user, relation="parent")

    assert stakes.holders_of(account(user)) == {user.pk, other_user.pk}
    assert stakes.holders_of(account(other_user)) == {other_user.pk}
    assert stakes.holders_of(account(user), account(other_user)) == {user.pk, other_user.pk}


def test_holds_it_in_a_sanction_and_in_what_led_to_it(user: User, other_user: User) -> None:
    sanction = sanctioned(user, moderator(), Step.WARN, about=account(other_user))

    assert stakes.holders_of(sanction.log_subject) == {user.pk, other_user.pk}


@pytest.mark.parametrize("matter", ["", "poem:1", "user:NOBODY", "sanction:nonsense", "work:!", "case:!"])
def test_is_nobody_where_there_is_no_such_matter(matter: str) -> None:
    assert stakes.holders_of(matter) == frozenset()


def test_is_refused(user: User, other_user: User) -> None:
    stakes.require_none(user, [other_user.pk, None])
    with pytest.raises(stakes.Stake) as refused:
        stakes.require_none(user, [user.pk])
    assert (refused.value.code, refused.value.status) == ("own_matter", 403)


def test_is_told_so_in_place_of_the_page(user: User) -> None:
    request = RequestFactory().get("/desk/")
    request.user = user

    @of_others
    def page(request: HttpRequest, holder: int) -> HttpResponse:
        stakes.require_none(user, [holder], "It is about you.", code="own_account")
        return HttpResponse("All of it.")

    assert page(request, 0).content == b"All of it."
    refused = page(request, user.pk)
    assert (refused.status_code, b"It is about you." in refused.content) == (403, True)
