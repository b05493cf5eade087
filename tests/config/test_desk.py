from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.access.permissions import Permission
from accounts.users.models import User
from config.desk import ROOMS, navigation, rooms_for
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind
from marking.desk.filing.services import Complaint, file_case

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_lists_every_room_under_its_address() -> None:
    under = {
        f"/{pattern.pattern}"
        for pattern in get_resolver().url_patterns
        if str(pattern.pattern).startswith("desk/")
    }

    assert {room.url for room in ROOMS} == under - {reverse("desk")}


def test_lists_each_room_under_the_permission_that_its_page_asks_for() -> None:
    for room in ROOMS:
        view = get_resolver().resolve(room.url).func
        assert view.access == room.permission.key, room.name  # type: ignore[attr-defined]


def test_counts_what_waits_in_each_room(operator: User) -> None:
    assert b"1 waits" not in signed_in(operator).get("/desk/").content
    file_case(Complaint(new_token(), Kind.OTHER, "Its label is gone."))

    shown = signed_in(operator).get("/desk/").content.decode()

    assert shown.count("1 waits") == 1
    assert all(f'href="{room.url}"' in shown for room in ROOMS)


def test_shows_a_reviewer_their_own_rooms_alone(staff_user: User) -> None:
    shown = signed_in(staff_user).get("/desk/").content.decode()

    assert 'href="/desk/identity/"' in shown
    assert 'href="/desk/cases/"' not in shown


def test_is_shut_to_who_has_no_role(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name="readers of books")[0])

    assert signed_in(user).get("/desk/").status_code == 403
    assert Client().get("/desk/").status_code == 302


def test_asks_one_query_for_each_room_that_counts(
    operator: User, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    counting = [room for room in ROOMS if room.waiting]
    with django_assert_num_queries(len(counting)):  # type: ignore[operator]
        for room in counting:
            assert room.waiting is not None
            room.waiting(operator).count()


def test_marks_the_room_that_a_page_belongs_to(staff_user: User) -> None:
    found = navigation("/desk/cases/8Z0K3ABCDE", [Permission.WORK_CASES, Permission.READ_RECORDS])

    marked = [(row["room"].name, row["is_here"]) for _, rows in found["groups"] for row in rows]
    assert marked == [("cases:queue", True), ("records:page", False)]
    assert found["is_here"]
    assert not navigation("/me/", [])["is_here"]
    assert rooms_for([]) == []

    page = signed_in(staff_user).get("/desk/identity/").content.decode()
    assert '<a href="/desk/identity/" aria-current="page">' in page
    assert '<a href="/desk/" aria-current="true">' in page
