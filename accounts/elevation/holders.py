"""Who holds which role and permission here, and whether two approvers are independent of the one who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.access.permissions import Permission
from accounts.access.roles import ROLES, Operator, Role, has_permission
from accounts.users.models import User

if TYPE_CHECKING:
    from collections.abc import Collection


def approving_roles(user: User) -> frozenset[str]:
    """The roles through which ``user`` may approve. A superuser has one, the operator's."""
    return _roles(user) & {role.name for role in ROLES if Permission.APPROVE_ELEVATION in role.permissions}


def is_independent(asker: User, approvers: Collection[User]) -> bool:
    """Whether one of ``approvers`` may approve through a role that ``asker`` does not hold."""
    held = _roles(asker)
    return any(approving_roles(each) - held for each in approvers)


def holders_of(permission: Permission) -> QuerySet[User]:
    """Every open account that holds ``permission``, by its number."""
    groups = [role.name for role in ROLES if permission in role.permissions]
    holders = User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=groups), is_active=True)
    return holders.distinct().order_by("pk")


def may_ask(user: User) -> bool:
    """Whether ``user`` may ask for an opening."""
    return has_permission(user, Permission.ASK_ELEVATION)


def may_approve(user: User) -> bool:
    """Whether ``user`` may approve one, as far as permissions go."""
    return has_permission(user, Permission.APPROVE_ELEVATION)


def _roles(user: User) -> frozenset[str]:
    names: set[str] = set(user.groups.values_list("name", flat=True))
    known = {role.name for role in _all()}
    return frozenset(names & known) | ({Operator.name} if user.is_superuser else frozenset())


def _all() -> tuple[type[Role], ...]:
    return ROLES
