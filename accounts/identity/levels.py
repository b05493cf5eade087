"""Levels of assurance: how much an identity has been checked, and by whom."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """From nothing to document and presence. Only level 3 and above was checked by a third party."""

    NONE = 0
    SELF_ASSERTED = 1
    OPERATOR_CHECKED = 2
    THIRD_PARTY_MATCH = 3
    DOCUMENT_AND_PRESENCE = 4

    @property
    def is_third_party(self) -> bool:
        """Whether somebody outside the operator's own staff checked it."""
        return self >= Level.THIRD_PARTY_MATCH
