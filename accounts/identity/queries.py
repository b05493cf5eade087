"""Reading identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.identity.levels import Level
from accounts.identity.models import ClaimIndex, IdentityClaim, IdentityQuestion, Purpose
from accounts.identity.states import OPEN, QUESTION_OPEN, ClaimState, QuestionState

if TYPE_CHECKING:
    from accounts.users.models import User


def level_of(user: User) -> Level:
    """How far the identity of ``user`` has been checked."""
    verified = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED)
    return Level(verified.values_list("level", flat=True).first() or Level.NONE)


def is_verified(user: User) -> bool:
    """Whether ``user`` holds a verified claim of any level, as marking for release asks."""
    return level_of(user) > Level.NONE


def verified_claim_of(user: User) -> IdentityClaim | None:
    """The claim under which ``user`` is verified; there is never more than one."""
    return IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED).first()


def open_claim_of(user: User) -> IdentityClaim | None:
    """The claim of ``user`` that waits; where none does, the verified one. One that waits may renew a verified one."""
    return IdentityClaim.objects.filter(user=user, state__in=OPEN).order_by("state").first()


def latest_claim_of(user: User) -> IdentityClaim | None:
    """The open claim of ``user``; where there is none the one that they made last, whatever became of it."""
    made = IdentityClaim.objects.filter(user=user).order_by("-submitted_at", "-pk")
    return open_claim_of(user) or made.first()


def open_question_of(user: User) -> IdentityQuestion | None:
    """What a provider is being asked about ``user``, or is to be asked once they are back from it."""
    return IdentityQuestion.objects.filter(user=user, state__in=QUESTION_OPEN).first()


def is_being_asked(claim: IdentityClaim) -> bool:
    """Whether a provider still has to say something about ``claim``. Staff may decide before it does."""
    return IdentityQuestion.objects.filter(claim=claim, state=QuestionState.WAITING).exists()


def queue() -> QuerySet[IdentityClaim]:
    """Claims that wait for a decision, oldest first, with what the list needs to mask their numbers.

    Those of children wait beside the guardianship that is confirmed with them.
    """
    waiting = IdentityClaim.objects.filter(
        state=ClaimState.PENDING, user__guardians__isnull=True, user__deletion_requested_at__isnull=True
    )
    return waiting.select_related("user__person_key").order_by("submitted_at", "pk")


def claim_for_review(pk: int) -> IdentityClaim:
    """Any claim, for a holder of the review permission. Raises Http404 where there is none, or its account is sealed."""
    claims = IdentityClaim.objects.filter(user__deletion_requested_at__isnull=True)
    found = claims.select_related("user__person_key", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"There is no identity claim {pk}.")
    return found


def is_document_taken(claim: IdentityClaim) -> bool:
    """Whether another account is already verified with the same document."""
    return holder_of_document(claim) is not None


def holder_of_document(claim: IdentityClaim) -> IdentityClaim | None:
    """The claim by which another account is verified with the document of ``claim``; None where nobody is."""
    own = ClaimIndex.objects.filter(claim=claim, purpose=Purpose.DOCUMENT)
    same = Q(pk__in=[])
    for version, digest in own.values_list("version", "digest"):
        same |= Q(version=version, digest=bytes(digest))
    found = ClaimIndex.objects.filter(same, is_exclusive=True).exclude(claim__user=claim.user_id)
    row = found.select_related("claim__user").first()
    return row.claim if row is not None else None


def document_index_of(claim: IdentityClaim) -> bytes:
    """The 32 bytes by which the database knows the document of ``claim`` under its newest key; empty once forgotten."""
    rows = ClaimIndex.objects.filter(claim=claim, purpose=Purpose.DOCUMENT).order_by("-version")
    return bytes(rows.values_list("digest", flat=True).first() or b"")
