"""Reading identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404

from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.states import OPEN, ClaimState

if TYPE_CHECKING:
    from accounts.users.models import User


def level_of(user: User) -> Level:
    """How far the identity of ``user`` has been checked."""
    verified = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED)
    return Level(verified.values_list("level", flat=True).first() or Level.NONE)


def is_verified(user: User) -> bool:
    """Whether ``user`` holds a verified claim of any level, as marking for release asks."""
    return level_of(user) > Level.NONE


def open_claim_of(user: User) -> IdentityClaim | None:
    """The pending or verified claim of ``user``; there is never more than one."""
    return IdentityClaim.objects.filter(user=user, state__in=OPEN).first()


def latest_claim_of(user: User) -> IdentityClaim | None:
    """The claim that ``user`` made last, whatever became of it."""
    return IdentityClaim.objects.filter(user=user).order_by("-submitted_at", "-pk").first()


def queue() -> QuerySet[IdentityClaim]:
    """Claims that wait for a decision, oldest first, with what the list needs to mask their numbers.

    Those of children wait beside the guardianship that is confirmed with them.
    """
    waiting = IdentityClaim.objects.filter(state=ClaimState.PENDING, user__guardians__isnull=True)
    return waiting.select_related("user__person_key").order_by("submitted_at", "pk")


def claim_for_review(pk: int) -> IdentityClaim:
    """Any claim, for a holder of the review permission. Raises Http404 where there is none."""
    found = IdentityClaim.objects.select_related("user__person_key", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"There is no identity claim {pk}.")
    return found


def is_document_taken(claim: IdentityClaim) -> bool:
    """Whether another account is already verified with the same document."""
    same = IdentityClaim.objects.filter(number_index=bytes(claim.number_index), state=ClaimState.VERIFIED)
    return same.exclude(user=claim.user_id).exists()
