"""Telling people that somebody else claims the document under which they are verified.

Later, and by the worker: whoever claims it must not learn from the answer, nor from how long it takes, that it is taken.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.identity.models import ClaimIndex, IdentityClaim, Purpose
from accounts.identity.queries import holder_of_document
from accounts.identity.signals import identity_claimed_again
from accounts.identity.states import ClaimState


def sweep(now: datetime, most: int) -> int:
    """Tell the holders of documents that are claimed again, once for each claim, at most ``most``; count them."""
    held = ClaimIndex.objects.filter(
        is_exclusive=True, version=OuterRef("version"), digest=OuterRef("digest")
    ).exclude(claim__user=OuterRef("claim__user"))
    rows = ClaimIndex.objects.filter(Exists(held), purpose=Purpose.DOCUMENT)
    waiting = IdentityClaim.objects.filter(state=ClaimState.PENDING, warned_at__isnull=True)
    doubled = waiting.filter(pk__in=rows.values("claim")).order_by("submitted_at")
    return sum(_tell(claim, now) for claim in list(doubled[:most]))


@transaction.atomic
def _tell(claim: IdentityClaim, now: datetime) -> bool:
    untold = IdentityClaim.objects.filter(pk=claim.pk, warned_at__isnull=True)
    held = holder_of_document(claim)
    if held is None or not untold.update(warned_at=now):
        return False
    identity_claimed_again.send(sender=IdentityClaim, claim=held, now=now)
    return True
