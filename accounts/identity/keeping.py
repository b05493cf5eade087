"""What the keeper does by itself: it erases what was given up, and sweeps what no claim names. It opens nothing for that."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from accounts.identity.models import IdentityClaim
from accounts.vault import keeper
from accounts.vault.deposits import UNSETTLED_FOR_HOURS
from accounts.vault.store.models import SealedIdentity

BATCH = 500

logger = logging.getLogger(__name__)


def forget(now: datetime) -> int:
    """Erase from the vault whose identities were given up; how many. Safe to run twice."""
    due = IdentityClaim.objects.filter(forget_at__isnull=False).order_by("pk")
    count = 0
    while batch := list(due[:BATCH]):
        for claim in batch:
            keeper.erase(claim.reference, now=now)
            IdentityClaim.objects.filter(pk=claim.pk).update(deposit=None, forget_at=None)
        count += len(batch)
    return count


def settle(now: datetime) -> int:
    """Mark the deposits that a claim names, and remove the others: what they belonged to was never committed; how many.

    Nothing is removed while no claim names any: then this is more likely the vault of another database.
    """
    if not IdentityClaim.objects.filter(deposit__isnull=False).exists():
        return 0
    before = now - timedelta(hours=UNSETTLED_FOR_HOURS)
    waiting = SealedIdentity.objects.filter(settled_at__isnull=True, deposited_at__lt=before)
    removed = 0
    while batch := list(waiting.order_by("pk").values_list("deposit", flat=True)[:BATCH]):
        claims = IdentityClaim.objects.filter(deposit__in=batch)
        named = [each for each in claims.values_list("deposit", flat=True) if each is not None]
        SealedIdentity.objects.filter(pk__in=named).update(settled_at=now)
        removed += SealedIdentity.objects.filter(pk__in=set(batch).difference(named)).delete()[0]
    if removed:
        logger.warning("%d deposits that no claim names were removed from the vault.", removed)
    return removed
