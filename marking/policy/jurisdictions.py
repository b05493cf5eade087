"""The jurisdictions that a site may mark for."""

from __future__ import annotations

from enum import StrEnum


class Jurisdiction(StrEnum):
    """A body of law on the marking of synthetic media, by its ISO 3166 code."""

    CHINA = "CN"
    EUROPEAN_UNION = "EU"
    INDIA = "IN"
    CALIFORNIA = "US-CA"


LABELS = ("both", "zh", "en")
"""Wordings of the label that may be asked for by name, whatever the jurisdictions."""


def read_jurisdictions(text: str) -> tuple[Jurisdiction, ...]:
    """Return the jurisdictions that ``text`` lists by code, commas between, each once, in the order of the enum.

    Raises ``ValueError`` for an unknown code and for an empty list.
    """
    codes = {code.strip().upper() for code in text.split(",") if code.strip()}
    known = [jurisdiction.value for jurisdiction in Jurisdiction]
    if not codes or not codes <= set(known):
        raise ValueError(f"expected one or more of {', '.join(known)}, with commas between them")
    return tuple(jurisdiction for jurisdiction in Jurisdiction if jurisdiction in codes)
