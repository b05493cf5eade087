"""What verification answers: a verdict, the evidence under it, and nothing that is not on the list. Pure.

The report is public and the file is a stranger's, so fields are allowed one by one: prompts, names, places
and paths that stand in metadata have no field here and cannot be reported.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from marking.policy.removal import Clause
from marking.works.refuting import JSON as JSON
from marking.works.refuting import Refutation

Fact: TypeAlias = str | int | float | bool | tuple[str | int, ...]

LONGEST_NAME = 120
"""Characters of a file name that are shown."""

LONGEST_TEXT = 200
"""Characters of any reported text: enough for a provider code or a content number, too short for a prompt."""


class Layer(StrEnum):
    """A kind of evidence, in the order of the report."""

    EXPLICIT_LABEL = "explicit_label"
    IMPLICIT_LABEL = "implicit_label"
    CREDENTIAL = "credential"
    WATERMARK = "watermark"
    HASH = "hash"
    FINGERPRINT = "fingerprint"
    GENERATOR = "generator"


class Finding(StrEnum):
    """What a layer found."""

    NOT_FOUND = "not_found"
    INCONCLUSIVE = "inconclusive"
    FOUND = "found"
    VALID = "valid"
    INVALID = "invalid"
    UNTRUSTED = "untrusted"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    RECOGNISED = "recognised"
    NEAR_COPY = "near_copy"
    NOT_DISTINCTIVE = "not_distinctive"
    PREVIEW = "preview"


class Verdict(StrEnum):
    """The answer, in the words of the Labelling Measures Art. 6 and the two that they leave out."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    SUSPECTED = "suspected"
    NO_LABEL_FOUND = "no_label_found"
    INCONCLUSIVE = "inconclusive"


class State(StrEnum):
    """What became of a picture that was marked here."""

    INTACT = "intact"
    ALTERED = "altered"
    MARKS_REMOVED = "marks_removed"
    CONSENT_ENDED = "consent_ended"
    DISPUTED = "disputed"
    BLOCKED = "blocked"
    REFUTED = "refuted"


class How(StrEnum):
    """How a mark that was put into a work is missed in a file that comes from it."""

    MISSING = "missing"
    NO_LONGER_MATCHES = "no_longer_matches"
    REPLACED = "replaced"


class Beside(StrEnum):
    """What the picture is beside the one of the work that its metadata name."""

    SAME = "same"
    OTHER = "other"
    NOT_COMPARED = "not_compared"


ALLOWED_FACTS: Mapping[Layer, frozenset[str]] = {
    Layer.EXPLICIT_LABEL: frozenset({"reason", "text", "box", "confidence", "turned", "mirrored"}),
    Layer.IMPLICIT_LABEL: frozenset(
        {
            "reason",
            "label",
            "producer",
            "produce_id",
            "propagator",
            "propagate_id",
            "place",
            "faults",
            "count",
            "signature",
            "signature_key",
            "propagation_signature",
            "picture",
        }
    ),
    Layer.CREDENTIAL: frozenset(
        {
            "reason",
            "place",
            "integrity",
            "signer",
            "trust_list",
            "issuer",
            "signed_at",
            "time_stamp",
            "digital_source_type",
            "capture_type",
            "problems",
            "history",
            "work",
            "picture",
        }
    ),
    Layer.WATERMARK: frozenset(
        {"reason", "work", "other_works", "confidence", "coverage", "scale", "rotation_degrees", "mirrored"}
    ),
    Layer.HASH: frozenset({"reason", "sha256", "work"}),
    Layer.FINGERPRINT: frozenset({"reason", "work", "other_works", "distance", "same", "turned", "mirrored"}),
    Layer.GENERATOR: frozenset({"reason", "tools", "places", "digital_source_type"}),
}
"""The fields that each layer may report. ``reason`` is a stable code, said where a layer is inconclusive."""


@dataclass(frozen=True)
class Evidence:
    """One layer's finding. ``facts`` may hold more than is reported: what the registry is asked with."""

    layer: Layer
    finding: Finding
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def reported_facts(self) -> dict[str, Fact]:
        """Return the facts on the allow-list, texts cleaned and cut to `LONGEST_TEXT` characters."""
        allowed = ALLOWED_FACTS[self.layer]
        return {name: _clean_fact(value) for name, value in self.facts.items() if name in allowed}

    def as_dict(self) -> dict[str, JSON]:
        """Return the layer's object of the public contract."""
        facts = {name: _as_json(value) for name, value in self.reported_facts().items()}
        return {"layer": self.layer.value, "finding": self.finding.value, **facts}


def inconclusive(layer: Layer, reason: str) -> Evidence:
    """Return the evidence of a layer that could not be examined. ``reason`` is a stable code."""
    return Evidence(layer, Finding.INCONCLUSIVE, {"reason": reason})


ByLayer: TypeAlias = Mapping[Layer, Evidence]
"""Evidence, one piece per layer."""


@dataclass(frozen=True)
class Change:
    """A changed region: ``box`` is x, y, width, height in pixels of the upload as displayed; confidence 0 to 1."""

    kind: str
    box: tuple[int, int, int, int]
    confidence: float

    def as_dict(self) -> dict[str, JSON]:
        """Return the change's object of the public contract."""
        return {"kind": self.kind, "box": list(self.box), "confidence": round(self.confidence, 3)}


@dataclass(frozen=True)
class RemovedMark:
    """A mark of the work that is not in the file as it was put there, and the clauses that forbid it."""

    layer: Layer
    how: How
    clauses: tuple[Clause, ...] = ()

    def as_dict(self) -> dict[str, JSON]:
        """Return the mark's object of the public contract; ``clause`` is empty where no law of this site's names it."""
        clause = "; ".join(each.value for each in self.clauses)
        return {"layer": self.layer.value, "how": self.how.value, "clause": clause}


@dataclass(frozen=True)
class MarkedHere:
    """The registered work that the file comes from.

    ``work`` is its ten characters; ``removed`` names the layers whose mark is certainly not in this file, and
    ``removed_marks`` also those whose mark is there and no longer matches, or has made room for another's.
    ``is_reshaped``: the picture has other proportions than the registered one; ``is_unlabelled``: it is, or looks
    like, a copy that this site gave out without the visible label. It is told in a sentence to
    people; to whom, when and what for is said nowhere. ``is_still``: a single picture of a work that moves, which is not
    its first; ``is_preview``: a small copy that this site made for the work's owner. ``is_compared``: whether
    the picture could be held against the released one. ``consent``: *consent_ended* or *disputed* where somebody shown does not allow the
    work now, *blocked* where the desk turned its access off; ``consent_since``: the day since when consent is wanting, in ISO 8601. ``refutation``: the note that stands on it. ``state`` is what became of the picture; what the report says in its
    place is `told`.
    """

    work: str
    state: State
    removed: tuple[Layer, ...] = ()
    changes: tuple[Change, ...] = ()
    is_reshaped: bool = False
    is_unlabelled: bool = False
    removed_marks: tuple[RemovedMark, ...] = ()
    is_still: bool = False
    is_preview: bool = False
    is_compared: bool = True
    consent: State | None = None
    consent_since: str = ""
    refutation: Refutation | None = None

    @property
    def told(self) -> State:
        """The state that the report names: first that the people shown do not allow it, then that it is refuted, then what became of the picture."""
        return self.consent or (State.REFUTED if self.refutation else self.state)

    def as_dict(self) -> dict[str, JSON]:
        """Return the ``marked_here`` object of the public contract."""
        return {
            "work": self.work,
            "state": self.told.value,
            "consent_since": self.consent_since or None,
            "refutation": self.refutation.as_dict() if self.refutation else None,
            "removed": [layer.value for layer in self.removed],
            "removed_marks": [mark.as_dict() for mark in self.removed_marks],
            "changes": [change.as_dict() for change in self.changes],
        }


@dataclass(frozen=True)
class Views:
    """Three JPEG files of one size: the upload, the released picture laid onto it, and the map of what was changed."""

    upload: bytes = field(repr=False)
    registered: bytes = field(repr=False)
    map: bytes = field(repr=False)


@dataclass(frozen=True)
class Report:
    """The answer about one file. ``file`` is its name, made fit to be shown by `shown_name`.

    ``conflicts``: codes of `conflicts.CONFLICTS`, in their order. ``views`` are for the page, and no part of the public contract.
    """

    file: str
    verdict: Verdict
    marked_here: MarkedHere | None
    evidence: tuple[Evidence, ...]
    conflicts: tuple[str, ...] = ()
    views: Views | None = None

    def as_dict(self) -> dict[str, JSON]:
        """Return the report exactly as the public contract has it: JSON types only."""
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "marked_here": self.marked_here.as_dict() if self.marked_here else None,
            "conflicts": list(self.conflicts),
            "evidence": [each.as_dict() for each in self.evidence],
        }


def shown_name(name: str) -> str:
    """Return a file name without control and direction characters, at most `LONGEST_NAME` characters long.

    Direction overrides go because they make ``gpj.exe`` read as ``exe.jpg`` (Unicode UTR 36, section 2.5).
    """
    return _clean(name, LONGEST_NAME)


def _clean(text: str, longest: int) -> str:
    # Cut first: a text of megabytes need not be walked. Category C: control, format, surrogate, private.
    visible = (c for c in text[: 4 * longest] if not unicodedata.category(c).startswith("C"))
    cleaned = " ".join("".join(visible).split())
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"


def _clean_fact(value: Fact) -> Fact:
    if isinstance(value, str):
        return _clean(value, LONGEST_TEXT)
    if isinstance(value, tuple):
        return tuple(_clean(each, LONGEST_TEXT) if isinstance(each, str) else each for each in value)
    return value


def _as_json(value: Fact) -> JSON:
    return list(value) if isinstance(value, tuple) else value
