from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views.decorators.http import require_POST

from accounts.access.bodies import BODY_LIMIT, LIMIT_WITHOUT_FILES, takes_body
from accounts.access.declare import ACCESS, per_operation, public, requires, signed_in
from accounts.access.permissions import Permission
from accounts.users.models import User


def view(request: HttpRequest) -> HttpResponse:
    """A page."""
    return HttpResponse("page")


def test_it_writes_down_who_may_enter() -> None:
    declared = [decorate(lambda request: HttpResponse()) for decorate in (public, signed_in, per_operation)]

    assert [ACCESS.of(each) for each in declared] == ["public", "signed_in", "per_operation"]
    assert ACCESS.of(requires(Permission.READ_RECORDS)(view)) == "read_records"
    assert ACCESS.of(view) is None


def test_a_decorator_above_hands_on_what_a_view_states() -> None:
    stated = takes_body(7)(signed_in(lambda request: HttpResponse()))
    above = require_POST(stated)

    assert (ACCESS.of(above), BODY_LIMIT.of(above)) == ("signed_in", 7)
    assert BODY_LIMIT.of(view) == LIMIT_WITHOUT_FILES


def test_it_opens_public_views_and_the_api_to_strangers_alone() -> None:
    opened = [decorate(lambda request: HttpResponse()) for decorate in (public, signed_in, per_operation)]

    assert [getattr(each, "login_required", True) for each in opened] == [False, True, False]


def test_it_keeps_what_a_view_is_called() -> None:
    guarded = requires(Permission.READ_RECORDS)(view)

    assert (guarded.__name__, guarded.__doc__) == ("view", "A page.")


def test_it_lets_in_who_holds_the_permission(operator: User) -> None:
    request = RequestFactory().get("/")
    request.user = operator

    assert requires(Permission.READ_RECORDS)(view)(request).status_code == 200


@pytest.mark.parametrize("visitor", ["nobody", "staff"])
def test_it_refuses_everybody_else(visitor: str, staff_user: User) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser() if visitor == "nobody" else staff_user

    with pytest.raises(PermissionDenied, match="read_records"):
        requires(Permission.READ_RECORDS)(view)(request)
