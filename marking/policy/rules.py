"""What each jurisdiction asks of a picture's marks, with its sources. A row is read, not argued with.

``docs/policy.md`` prints this table; a test holds the two equal. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marking.marks.explicit_label import Wording
from marking.policy.jurisdictions import Jurisdiction


class Mark(StrEnum):
    """A kind of mark that a law may ask for."""

    EXPLICIT_LABEL = "explicit_label"
    IMPLICIT_LABEL = "implicit_label"
    WATERMARK = "watermark"
    CREDENTIAL = "credential"


class UnlabelledCopy(StrEnum):
    """What a law says about a copy without the visible label."""

    ON_REQUEST = "on request"
    NOT_REGULATED = "not regulated"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Rule:
    """One jurisdiction's demands on a picture.

    ``marks`` that must be in it; ``wordings`` that serve as its visible label; ``height_share``: least height of the
    label's letters over the short side, 0 where the law names none; ``languages`` (BCP 47) its readers are owed;
    ``metadata``: what the metadata must say; ``unlabelled_copy``; ``source``: law and clause.
    """

    marks: frozenset[Mark]
    wordings: frozenset[Wording]
    height_share: float
    languages: tuple[str, ...]
    metadata: tuple[str, ...]
    unlabelled_copy: UnlabelledCopy
    source: str


_IN_LATIN = frozenset({Wording.ENGLISH, Wording.BOTH})

RULES: Mapping[Jurisdiction, Rule] = {
    Jurisdiction.CHINA: Rule(
        marks=frozenset({Mark.EXPLICIT_LABEL, Mark.IMPLICIT_LABEL}),
        wordings=frozenset({Wording.CHINESE, Wording.BOTH}),
        height_share=0.05,
        languages=("zh-Hans",),
        metadata=("attribute", "provider", "content number"),
        unlabelled_copy=UnlabelledCopy.ON_REQUEST,
        source="Labelling Measures Art. 4, 5, 9; GB 45438-2025 clauses 5.2 and 6.1",
    ),
    Jurisdiction.EUROPEAN_UNION: Rule(
        marks=frozenset({Mark.EXPLICIT_LABEL, Mark.WATERMARK, Mark.CREDENTIAL}),
        wordings=_IN_LATIN,
        height_share=0.0,
        languages=("en",),
        metadata=("signature", "time stamp"),
        unlabelled_copy=UnlabelledCopy.NOT_REGULATED,
        source="Regulation (EU) 2024/1689 Art. 50(2) and 50(4); Code of Practice (2026), measures 1.1.1 and 1.1.2",
    ),
    Jurisdiction.INDIA: Rule(
        marks=frozenset({Mark.EXPLICIT_LABEL, Mark.IMPLICIT_LABEL}),
        wordings=_IN_LATIN,
        height_share=0.0,
        languages=("en",),
        metadata=("unique identifier",),
        unlabelled_copy=UnlabelledCopy.FORBIDDEN,
        source="IT Rules 2021 as amended by G.S.R. 120(E), 2026",
    ),
    Jurisdiction.CALIFORNIA: Rule(
        marks=frozenset({Mark.IMPLICIT_LABEL}),
        wordings=_IN_LATIN,
        height_share=0.0,
        languages=("en",),
        metadata=("provider", "system and version", "time", "unique identifier"),
        unlabelled_copy=UnlabelledCopy.NOT_REGULATED,
        source="Business and Professions Code § 22757.3 (SB 942, AB 853)",
    ),
}
"""The table. India's draft rule of a tenth of the area was dropped; California leaves the visible label to the user."""
