"""How the consents to a work stand, as anybody may know it: whether, since when, and never whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.uses.queries import use_of
from marking.works.gate import subject_of
from marking.works.models import Work
from marking.works.states import WorkState


class Standing(StrEnum):
    """Whether the people shown allow a work now."""

    VALID = "valid"
    ENDED = "ended"
    NOT_REQUIRED = "not_required"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Stands:
    """What is so, and since when; no date where nothing is known."""

    standing: Standing
    since: datetime | None = None


def standing_of(work: Work) -> Stands:
    """Return how the consents to ``work`` stand. Of one that was not released, or that is deleted, nothing is known."""
    dark = dark_since(work)
    if dark is not None:
        return dark
    if work.state != WorkState.RELEASED:
        return Stands(Standing.UNKNOWN)
    use = use_of(subject_of(work))
    if use is None:
        return Stands(Standing.NOT_REQUIRED, work.released_at)
    return Stands(Standing.VALID, use.live_at)


def dark_since(work: Work) -> Stands | None:
    """Return since when somebody shown does not allow ``work`` any more, for good or not; None where that is not so."""
    if work.consent_ended_at is None:
        return None
    is_final = work.state == WorkState.DELETED or work.files_due_at is not None
    return Stands(Standing.ENDED if is_final else Standing.DISPUTED, work.consent_ended_at)
