from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from accounts.access.permissions import Permission
from accounts.access.roles import ROLES, Auditor, IdentityReviewer, has_permission, permissions_of
from accounts.users.models import User


@pytest.mark.parametrize("role", ROLES)
def test_a_group_of_a_roles_name_gives_its_permissions(user: User, role: type[Auditor]) -> None:
    user.groups.add(Group.objects.create(name=role.name))

    assert permissions_of(user) == role.permissions


def test_roles_add_up(user: User) -> None:
    for role in (Auditor, IdentityReviewer):
        user.groups.add(Group.objects.create(name=role.name))

    assert permissions_of(user) == {Permission.READ_RECORDS, Permission.REVIEW_IDENTITIES}


def test_a_case_officer_works_cases_and_reviews_no_names(user: User) -> None:
    user.groups.add(Group.objects.create(name="case_officer"))

    assert permissions_of(user) == {Permission.WORK_CASES}


def test_a_superuser_may_do_everything(operator: User) -> None:
    assert permissions_of(operator) == set(Permission)


def test_a_closed_account_may_do_nothing(operator: User) -> None:
    operator.is_active = False

    assert permissions_of(operator) == set()


def test_strangers_and_plain_accounts_may_do_nothing(user: User) -> None:
    assert permissions_of(user) == permissions_of(AnonymousUser()) == set()
    assert not has_permission(user, Permission.READ_RECORDS)


def test_another_group_gives_nothing(user: User) -> None:
    user.groups.add(Group.objects.create(name="choir"))

    assert permissions_of(user) == set()


def test_every_permission_says_what_it_allows() -> None:
    assert all(permission.allows.endswith(".") for permission in Permission)
    assert len({permission.key for permission in Permission}) == len(Permission)
