"""Whether a use of somebody's likeness is allowed. Pure: deny by default, and name what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Likeness(StrEnum):
    """What of a person may be used (Civil Code Art. 1019 for the portrait, Art. 1023 for the voice)."""

    FACE = "face"
    VOICE = "voice"


@dataclass(frozen=True)
class Use:
    """One publication, as far as it touches a real person."""

    likenesses: frozenset[Likeness]


@dataclass(frozen=True)
class Grant:
    """A standing right to use some likenesses of one person, from ``starts_at`` until before ``ends_at``."""

    likenesses: frozenset[Likeness]
    starts_at: datetime
    ends_at: datetime

    def is_active(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True)
class Allow:
    """The use is covered. ``grant`` covers it, or nobody real is shown and ``grant`` is None."""

    grant: Grant | None


@dataclass(frozen=True)
class Deny:
    """The use is not covered. ``missing`` is what the nearest active grant leaves out."""

    missing: frozenset[Likeness]


def decide(use: Use, grants: Iterable[Grant], now: datetime) -> Allow | Deny:
    """Allow a use that touches nobody, or that one active grant covers whole. Grants are never added up.

    The law reads a disputed clause in favour of the person (Civil Code Art. 1021), hence deny by default.
    """
    if not use.likenesses:
        return Allow(None)
    missing = use.likenesses
    for grant in grants:
        if not grant.is_active(now):
            continue
        left = use.likenesses - grant.likenesses
        if not left:
            return Allow(grant)
        missing = min(missing, left, key=len)
    return Deny(missing)
