"""The states of an appeal. Pure."""

from __future__ import annotations

from enum import StrEnum


class AppealState(StrEnum):
    """Pure values; the database constraints name the same words."""

    FILED = "filed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


DECIDED = frozenset({AppealState.UPHELD, AppealState.OVERTURNED})
"""Whether the first decision stands or falls; there is no way back from either."""
