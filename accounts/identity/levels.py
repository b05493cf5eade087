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


CEILINGS: dict[str, Level] = {
    "local": Level.SELF_ASSERTED,
    "manual": Level.OPERATOR_CHECKED,
    "operator": Level.OPERATOR_CHECKED,
    "aliyun": Level.THIRD_PARTY_MATCH,
    "aliyun-phone": Level.THIRD_PARTY_MATCH,
    "tencent": Level.THIRD_PARTY_MATCH,
    "tencent-phone": Level.THIRD_PARTY_MATCH,
    "oidc": Level.THIRD_PARTY_MATCH,
    "result-only": Level.THIRD_PARTY_MATCH,
    "stripe": Level.THIRD_PARTY_MATCH,
}
"""The highest level that the word of each provider is worth. The database refuses a claim above it."""


def ceiling(provider: str) -> Level:
    """The highest level of a claim that ``provider`` decided; none for a provider that nobody knows."""
    return CEILINGS.get(provider, Level.NONE)
