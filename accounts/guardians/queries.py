"""Reading who acts for whom."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from accounts.guardians.models import Guardianship
from accounts.users.models import User


def acts_for(guardian: User, ward: User) -> bool:
    """Whether staff confirmed that ``guardian`` acts for ``ward``, and that has not ended."""
    return _in_force().filter(guardian=guardian, ward=ward).exists()


def wards_of(guardian: User) -> QuerySet[Guardianship]:
    """The children for whom somebody claims to act, confirmed or not, that have not ended."""
    return Guardianship.objects.filter(guardian=guardian, ended_at__isnull=True).select_related("ward")


def ever_named_by(guardian: User) -> QuerySet[Guardianship]:
    """All children that somebody ever named, confirmed or turned down, and those that meanwhile answer for themselves."""
    return Guardianship.objects.filter(guardian=guardian).select_related("ward")


def confirmed_wards_of(guardian: User) -> list[User]:
    """The children for whom somebody acts."""
    return [each.ward for each in _in_force().filter(guardian=guardian).select_related("ward")]


def guardians_of(ward: User) -> list[User]:
    """Everybody who acts for a child."""
    return [each.guardian for each in _in_force().filter(ward=ward).select_related("guardian")]


def is_ward(user: User) -> bool:
    """Whether nobody signs in to this account, because others act for it."""
    return Guardianship.objects.filter(ward=user, ended_at__isnull=True).exists()


def unconfirmed() -> QuerySet[Guardianship]:
    """What waits for staff, oldest first; nothing of accounts whose deletion is requested."""
    waiting = Guardianship.objects.filter(
        confirmed_at__isnull=True,
        ended_at__isnull=True,
        guardian__deletion_requested_at__isnull=True,
        ward__deletion_requested_at__isnull=True,
    )
    return waiting.select_related("ward__person_key", "guardian__person_key").order_by("claimed_at", "pk")


def guardianship_for_review(pk: int) -> Guardianship:
    """One that waits. Raises Http404 where there is none."""
    found = unconfirmed().filter(pk=pk).first()
    if found is None:
        raise Http404("no such guardianship")
    return found


def _in_force() -> QuerySet[Guardianship]:
    return Guardianship.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True)
