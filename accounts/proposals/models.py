"""The columns of what two people decide, and the condition under which they are possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.users.models import User


def somebody() -> models.ForeignKey[User | None, User | None]:
    """Somebody of the staff, or nobody yet."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Proposed(models.Model):
    """``decided_by``: who confirmed or declined it, or its proposer where it was taken back."""

    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = somebody()

    class Meta:
        abstract = True


def by_two(*, waiting: Q, withdrawn: Q) -> Q:
    """A condition on a :class:`Proposed`: nobody decided while it is ``waiting``, its proposer where it is ``withdrawn``, another otherwise.

    Both are conditions that are never NULL.
    """
    is_open = Q(decided_by__isnull=True, decided_at__isnull=True)
    is_decided = Q(decided_by__isnull=False, decided_at__isnull=False)
    is_own = Q(decided_by=F("proposed_by"))
    return (
        (waiting & is_open)
        | (withdrawn & is_decided & is_own)
        | (~waiting & ~withdrawn & is_decided & ~is_own)
    )
