"""What every identity provider takes and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from accounts.identity.documents import Document
from accounts.identity.levels import Level


class Result(StrEnum):
    """What a provider found. Only ``VERIFIED`` lets anybody in; an outage never does."""

    VERIFIED = "verified"
    PENDING = "pending"
    MISMATCH = "mismatch"
    NO_RECORD = "no_record"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class ClaimFacts:
    """What a provider is told: the checked name and document, and nothing of the account."""

    name: str = field(repr=False)
    document: Document


@dataclass(frozen=True)
class Outcome:
    """A result and, where it is ``VERIFIED``, the level it is worth."""

    result: Result
    level: Level = Level.NONE

    def __post_init__(self) -> None:
        if (self.result is Result.VERIFIED) != (self.level > Level.NONE):
            raise ValueError(
                f"A verified outcome has a level and no other does; found {self.result}, {self.level!r}."
            )


class Provider(Protocol):
    """Somebody who can say whether a name and a document belong together."""

    @property
    def name(self) -> str:
        """The word that claims and records carry, at most 24 characters."""
        ...

    def submit(self, facts: ClaimFacts) -> Outcome:
        """Answer at once. Time-outs and outages are answered with ``UNAVAILABLE``, never raised."""
        ...
