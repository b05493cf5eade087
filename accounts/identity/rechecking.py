"""Checking real names again after a time: whoever does not renew in time has none."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.identity import services
from accounts.identity.models import IdentityClaim
from accounts.identity.moving import recheck_after
from accounts.identity.signals import identity_ending
from accounts.identity.states import ClaimState
from accounts.refusals import Refusal

WARNED_BEFORE = timedelta(days=30)
_OVERDUE = gettext_noop("It was accepted long ago and has to be checked again.")


def sweep(now: datetime, most: int) -> int:
    """Tell those whose names end soon, and end those that are due, at most ``most`` of each; count the ended."""
    verified = IdentityClaim.objects.filter(state=ClaimState.VERIFIED).select_related("user__person_key")
    _date_undated(now, most)
    soon = verified.filter(recheck_at__lte=now + WARNED_BEFORE, recheck_at__gt=now, warned_at__isnull=True)
    for claim in list(soon.order_by("recheck_at")[:most]):
        _warn(claim, now)
    due = verified.filter(recheck_at__lte=now).order_by("recheck_at")
    return sum(_end(claim, now) for claim in list(due[:most]))


def _date_undated(now: datetime, most: int) -> None:
    """Claims of earlier versions were accepted without a date; they get the whole time."""
    undated = IdentityClaim.objects.filter(state=ClaimState.VERIFIED, recheck_at__isnull=True)
    held = list(undated.values_list("pk", flat=True)[:most])
    undated.filter(pk__in=held).update(recheck_at=recheck_after(now))


@transaction.atomic
def _warn(claim: IdentityClaim, now: datetime) -> None:
    unwarned = IdentityClaim.objects.filter(pk=claim.pk, state=ClaimState.VERIFIED, warned_at__isnull=True)
    if unwarned.update(warned_at=now):
        identity_ending.send(sender=IdentityClaim, claim=claim, now=now)


def _end(claim: IdentityClaim, now: datetime) -> bool:
    try:
        services.end(by=None, claim=claim, reason=_OVERDUE, now=now)
    except Refusal:  # it ended meanwhile
        return False
    return True
