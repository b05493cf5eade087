"""What every identity provider takes and answers."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from accounts.identity.documents import Document
from accounts.identity.levels import Level, ceiling

SALT_BYTES = 32
LONGEST_REFERENCE = 100
"""Characters of a provider's own number for a request that are kept."""


class Finding(StrEnum):
    """What a provider found. Only ``MATCH`` lets anybody in; an outage never does."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NO_RECORD = "no_record"
    INVALID_INPUT = "invalid_input"
    UNAVAILABLE = "unavailable"


class Trouble(StrEnum):
    """Why a provider has no answer that can be trusted."""

    TIMED_OUT = "timed_out"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    REDIRECTED = "redirected"
    OUTAGE = "outage"
    MALFORMED = "malformed"
    NOT_ACCEPTED = "not_accepted"
    CLOCK = "clock"
    FORGED = "forged"
    OTHER_ADDRESS = "other_address"
    NOT_READY = "not_ready"


@dataclass(frozen=True)
class ClaimFacts:
    """What a provider is told: the checked name, document and telephone number, and nothing of the account."""

    name: str = field(repr=False)
    document: Document
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Evidence:
    """What a provider answered, as a commitment: SHA-256 of a random salt and the answer's bytes.

    Whoever holds the salt and the answer proves that it was this one. The answer itself is not kept, and the salt only
    sealed under the person's key, so that nobody can try names against the commitment.
    """

    salt: bytes = field(repr=False)
    commitment: bytes

    @classmethod
    def of(cls, answer: bytes) -> Evidence:
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(salt, hashlib.sha256(salt + answer).digest())

    def is_of(self, answer: bytes) -> bool:
        """Whether ``answer`` is what was committed to."""
        return hashlib.sha256(self.salt + answer).digest() == self.commitment


@dataclass(frozen=True)
class Person:
    """Whom a provider named of its own accord: ``subject`` is its stable name for them, the rest may be unknown."""

    subject: str = field(repr=False)
    name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)


def full_name(given: str, family: str) -> str:
    """Both names as one: the family's first and close where both are written in Chinese characters."""
    is_chinese = all("\u3400" <= each <= "\u9fff" for each in given + family)
    return family + given if is_chinese else f"{given} {family}".strip()


@dataclass(frozen=True)
class Answer:
    """What a provider said, when, by which method, and under which number of its own.

    ``level`` is above none for a match alone, and never above the provider's ceiling. ``trouble`` says why there is no
    answer. ``person`` is whom a provider named that people go to themselves.
    """

    finding: Finding
    provider: str
    method: str
    at: datetime
    level: Level = Level.NONE
    reference: str = ""
    evidence: Evidence | None = None
    trouble: Trouble | None = None
    person: Person | None = None

    def __post_init__(self) -> None:
        if (self.finding is Finding.MATCH) != (self.level > Level.NONE):
            raise ValueError(f"A match has a level and no other does; found {self.finding}, {self.level!r}.")
        if self.level > ceiling(self.provider):
            raise ValueError(
                f"{self.provider} is worth {ceiling(self.provider)!r} at most; found {self.level!r}."
            )
        if (self.finding is Finding.UNAVAILABLE) != (self.trouble is not None):
            raise ValueError(
                f"No answer has a trouble and no other does; found {self.finding}, {self.trouble}."
            )

    @property
    def is_no(self) -> bool:
        """Whether the provider looked and the claim cannot stand."""
        return self.finding in {Finding.MISMATCH, Finding.NO_RECORD, Finding.INVALID_INPUT}


class Provider(Protocol):
    """Somebody who can say whether a name and a document belong together."""

    @property
    def name(self) -> str:
        """The word that claims and records carry, at most 24 characters; a key of :data:`~accounts.identity.levels.CEILINGS`."""
        ...

    @property
    def is_outside(self) -> bool:
        """Whether somebody else is told name and number: tries are then counted (:mod:`accounts.identity.attempts`)."""
        ...

    def can_judge(self, facts: ClaimFacts) -> bool:
        """Whether this kind of document is one that the provider knows. Staff decides about the others."""
        ...

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        """Answer, within seconds. Time-outs, outages and nonsense are ``UNAVAILABLE``, never raised."""
        ...

    def erase(self, session: str) -> bool:
        """As :meth:`VisitedProvider.erase`."""
        ...


class HoldsNothing:
    """A provider that keeps nothing for this site that could be erased by asking: who is in its registers is there without us."""

    def erase(self, session: str) -> bool:
        return True


@dataclass(frozen=True)
class Journey:
    """What one visit to a provider is bound to: the secrets that only this site and, of them, the browser or the provider know.

    ``nonce`` comes back inside the provider's signed answer, ``verifier`` is the secret of PKCE (RFC 7636).
    """

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """What the provider is told of ``verifier`` when the visit begins (RFC 7636 section 4.2, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Visit:
    """Where the browser goes, and the provider's own id of the ``session`` in which it holds what the person shows there.

    ``session`` is empty where the provider holds nothing of the visit for this site.
    """

    address: str
    session: str = ""


class VisitedProvider(Protocol):
    """Somebody whom people go to themselves. Who opens no session sends them back with a code for the answer."""

    @property
    def name(self) -> str: ...

    @property
    def issuer(self) -> str:
        """What the provider calls itself."""
        ...

    @property
    def brings_code(self) -> bool:
        """Whether people come back with a code."""
        ...

    def begin(self, journey: Journey, state: str, back: str) -> Visit | None:
        """Open a visit. ``back``: the address that the browser returns to. None where the provider cannot be reached."""
        ...

    def redeem(self, code: str, journey: Journey, back: str, now: datetime) -> Answer:
        """Fetch what ``code`` stands for, or the session where there is one, within seconds. A match names the person. Raises nothing."""
        ...

    def erase(self, session: str) -> bool:
        """Have the provider erase what it holds of ``session``, within seconds.

        True once it says that it does, or holds nothing: it need not be asked again. Raises nothing.
        """
        ...
