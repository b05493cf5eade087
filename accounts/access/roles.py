"""Roles as code: a role is a named set of permissions; people hold it by a group of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.access.permissions import Permission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.users.models import User


class Role:
    """A named set of permissions."""

    name: str
    permissions: frozenset[Permission]


class IdentityReviewer(Role):
    """Checks real names by hand."""

    name = "identity_reviewer"
    permissions = frozenset({Permission.REVIEW_IDENTITIES})


class Auditor(Role):
    """Reads the records; changes nothing."""

    name = "auditor"
    permissions = frozenset({Permission.READ_RECORDS})


class CaseOfficer(Role):
    """Works the complaints."""

    name = "case_officer"
    permissions = frozenset({Permission.WORK_CASES})


class ConsentReviewer(Role):
    """Hears spoken statements of consent."""

    name = "consent_reviewer"
    permissions = frozenset({Permission.HEAR_STATEMENTS})


class TracingOfficer(Role):
    """Traces files to works, and asks to see who is behind one; approves what colleagues ask, as one of two."""

    name = "tracing_officer"
    permissions = frozenset(
        {
            Permission.TRACE_WORKS,
            Permission.ASK_ELEVATION,
            Permission.APPROVE_ELEVATION,
            Permission.SEE_ELEVATIONS,
        }
    )


class Moderator(Role):
    """Decides about accounts and appeals, and refutes false information."""

    name = "moderator"
    permissions = frozenset(
        {
            Permission.IMPOSE_SANCTIONS,
            Permission.DECIDE_APPEALS,
            Permission.REFUTE,
        }
    )


class PrivacyOfficer(Role):
    """Answers for personal data (PIPL Art. 52): approves that a sealed identity is opened, and never asks for it."""

    name = "privacy_officer"
    permissions = frozenset({Permission.APPROVE_ELEVATION, Permission.SEE_ELEVATIONS})


class LegalOfficer(Role):
    """Keeps what proceedings need."""

    name = "legal_officer"
    permissions = frozenset({Permission.HOLD_DATA})


class Operator(Role):
    """Runs the site. Superusers hold it."""

    name = "operator"
    permissions = frozenset(Permission)


ROLES: tuple[type[Role], ...] = (
    IdentityReviewer,
    Auditor,
    CaseOfficer,
    ConsentReviewer,
    TracingOfficer,
    PrivacyOfficer,
    LegalOfficer,
    Moderator,
    Operator,
)


def permissions_of(user: User | AnonymousUser) -> frozenset[Permission]:
    """Everything ``user`` may do beyond their own things. Nothing for strangers and closed accounts."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return Operator.permissions
    held = set(user.groups.values_list("name", flat=True))
    return frozenset().union(*(role.permissions for role in ROLES if role.name in held))


def has_permission(user: User | AnonymousUser, permission: Permission) -> bool:
    """Tell whether ``user`` holds ``permission`` through any role."""
    return permission in permissions_of(user)
