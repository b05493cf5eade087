"""How the consents to a work stand, as anybody may know it: whether, since when, and never whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from consent.uses.allowing import allowance_of
from marking.works.gate import blocked_since, is_allowed, subject_of
from marking.works.models import Work
from marking.works.states import WorkState


class Standing(StrEnum):
    """Whether the people shown allow a work now; *blocked* where the desk keeps it from everybody, whoever allows it."""

    VALID = "valid"
    ENDED = "ended"
    NOT_REQUIRED = "not_required"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Stands:
    """What is so, and since when; no date where nothing is known."""

    standing: Standing
    since: datetime | None = None


def standing_of(work: Work, *, now: datetime | None = None) -> Stands:
    """Return how the consents to ``work`` stand. Of one that was not released, or that is deleted, nothing is known."""
    now = now or timezone.now()
    dark = dark_since(work, now=now)
    if dark is not None:
        return dark
    if work.state != WorkState.RELEASED:
        return Stands(Standing.UNKNOWN)
    allowance = allowance_of(subject_of(work), now)
    if allowance is None or allowance.is_blank:
        return Stands(Standing.NOT_REQUIRED, work.released_at)
    return Stands(Standing.VALID, allowance.since)


def dark_since(work: Work, *, now: datetime | None = None) -> Stands | None:
    """Return since when ``work`` is not given out any more, and for good or not; None where it is.

    That the desk blocked it comes before what the people shown allow: it says nothing of them. A row that says *released* is believed
    only with everybody's consent behind it. What nobody can date counts as being settled, since now.
    """
    now = now or timezone.now()
    if (blocked_at := blocked_since(work, now)) is not None:
        return Stands(Standing.BLOCKED, blocked_at)
    if work.consent_ended_at is not None:
        is_final = work.state == WorkState.DELETED or work.files_due_at is not None
        return Stands(Standing.ENDED if is_final else Standing.DISPUTED, work.consent_ended_at)
    if work.state != WorkState.RELEASED or is_allowed(work, now):
        return None
    allowance = allowance_of(subject_of(work), now)
    if allowance is None or allowance.rests or allowance.since is None:
        return Stands(Standing.DISPUTED, allowance.since if allowance and allowance.since else now)
    return Stands(Standing.ENDED, allowance.since)
