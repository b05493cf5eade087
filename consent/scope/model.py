"""A use, a grant and its scope. Pure.

Every field of a scope and of a use may be None: not said, or said in a word that is not known. Neither is ever covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consent.scope.vocabulary import (
    VERSION,
    Audience,
    Binding,
    Content,
    Element,
    GrantState,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Withdrawal,
)

GUARDIAN_AGE, ADULT_AGE = 14, 18
"""PIPL Art. 31; Civil Code Art. 17."""

ANY_CHANNEL = frozenset({"*"})
"""The one wildcard that a grant may hold."""


@dataclass(frozen=True)
class Depicted:
    """One person in a use, and what of them is used how.

    ``years``: their age; ``approved_output_sha256``: of the finished file that they saw and approved.
    """

    person: str
    elements: frozenset[Element] | None = None
    operations: frozenset[Operation] | None = None
    years: int | None = None
    approved_output_sha256: str | None = None

    @property
    def needs_guardian(self) -> bool:
        """Whether a guardian has to agree in the person's place (PIPL Art. 31). Whose age is not known may need one."""
        return self.years is None or self.years < GUARDIAN_AGE

    @property
    def is_minor(self) -> bool:
        """Whether the person is under 18. Whose age is not known may be."""
        return self.years is None or self.years < ADULT_AGE


@dataclass(frozen=True)
class Use:
    """One publication, as far as it touches real people. Raises ValueError where a person stands in it twice.

    ``depicted`` is empty where nobody real is shown, and None where nobody said. ``recipients``: people or organisations, for an
    audience that is listed; ``territories``: ISO 3166-1 alpha-2; ``seconds``: of the longest output, 0 for a still; ``grantee``:
    to whom the person granted, who with ``is_sublicensed`` lets another use it.
    """

    depicted: tuple[Depicted, ...] | None
    purposes: frozenset[Purpose] | None = None
    media: frozenset[Medium] | None = None
    audience: Audience | None = None
    recipients: frozenset[str] = frozenset()
    channels: frozenset[str] | None = None
    territories: frozenset[str] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    outputs: int | None = None
    seconds: int | None = None
    money: Money | None = None
    theme: str | None = None
    script_sha256: str | None = None
    output_sha256: str | None = None
    grantee: str | None = None
    is_sublicensed: bool | None = None
    label: LabelStrength | None = None
    goes_abroad: bool | None = None
    withdrawal: Withdrawal | None = None
    content: frozenset[Content] = frozenset()
    vocabulary: str = VERSION

    def __post_init__(self) -> None:
        people = [each.person for each in self.depicted or ()]
        if len(set(people)) < len(people):
            raise ValueError(
                f"expected every person once, found {len(people)} entries for {len(set(people))} people"
            )


@dataclass(frozen=True)
class Scope:
    """What a person granted: the sixteen dimensions of a likeness.

    ``bound_to``: the themes, or the SHA-256 of the texts or files, that ``binding`` speaks of; times from ``not_before`` until
    before ``not_after``; ``outputs`` altogether, each of at most ``seconds``.
    """

    elements: frozenset[Element] | None = None
    operations: frozenset[Operation] | None = None
    purposes: frozenset[Purpose] | None = None
    media: frozenset[Medium] | None = None
    audience: Audience | None = None
    recipients: frozenset[str] = frozenset()
    channels: frozenset[str] | None = None
    territories: frozenset[str] | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    outputs: int | None = None
    seconds: int | None = None
    money: Money | None = None
    binding: Binding | None = None
    bound_to: frozenset[str] = frozenset()
    grantee: str | None = None
    may_sublicense: bool | None = None
    label: LabelStrength | None = None
    needs_preview: bool | None = None
    may_go_abroad: bool | None = None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True)
class Grant:
    """A standing right. ``version`` counts its changes; ``consumed``: outputs that were made of it already.

    ``by_guardian``: a guardian gave it in the person's place.
    """

    id: str
    version: int
    person: str
    state: GrantState
    proof: Proof
    scope: Scope
    consumed: int = 0
    vocabulary: str = VERSION
    by_guardian: bool = False


@dataclass(frozen=True)
class LawProfile:
    """What the law, or the operator, leaves to be granted.

    ``forbidden``: content that nobody can allow here; ``weakest_withdrawal``: what must end at the least;
    ``allows_intimate_content``: of adults, under the highest proof.
    """

    forbidden: frozenset[Content] = frozenset({Content.FORBIDDEN, Content.OFFICIAL_NEWS})
    weakest_withdrawal: Withdrawal = Withdrawal.CUT_OFF
    allows_intimate_content: bool = False
