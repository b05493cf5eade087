"""From evidence to a verdict: a table, read from top to bottom. Pure.

The rows are those of the Labelling Measures Art. 6 (metadata says so; may be; other traces), with what only
the one who marked can know above them, and the two honest endings below. The rows are ordered by how much
they say, so that more evidence never makes a verdict weaker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from marking.verification.report import Beside, ByLayer, Evidence, Finding, Layer, Verdict


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the message catalogue, which finds it by this function's name."""
    return sentence


@dataclass(frozen=True)
class Rule:
    """One row: in words when it applies, the verdict, and the sentence that explains it to a reader."""

    condition: str
    verdict: Verdict
    sentence: str
    applies: Callable[[ByLayer], bool]


def _found(layer: Layer, finding: Finding, **facts: str) -> Callable[[ByLayer], bool]:
    def applies(evidence: ByLayer) -> bool:
        each = evidence.get(layer)
        return (
            each is not None
            and each.finding is finding
            and all(each.facts.get(name) == value for name, value in facts.items())
        )

    return applies


def _credential_says_generated(
    finding: Finding, *, trust_list: str | None = None
) -> Callable[[ByLayer], bool]:
    def applies(evidence: ByLayer) -> bool:
        each = evidence.get(Layer.CREDENTIAL)
        is_found = (
            each is not None and each.finding is finding and bool(each.facts.get("digital_source_type"))
        )
        return is_found and (
            trust_list is None or _fact(evidence, Layer.CREDENTIAL, "trust_list") == trust_list
        )

    return applies


def _valid_label(*besides: Beside, value: str | None = None) -> Callable[[ByLayer], bool]:
    """A valid label of ``value``, or of any. ``besides``: what the picture may be beside the work of ours that it names."""

    def applies(evidence: ByLayer) -> bool:
        each = evidence.get(Layer.IMPLICIT_LABEL)
        if each is None or each.finding is not Finding.VALID or value not in (None, each.facts.get("label")):
            return False
        return each.facts.get("picture", Beside.SAME) in besides

    return applies


def _fact(evidence: ByLayer, layer: Layer, name: str) -> object:
    each = evidence.get(layer)
    return each.facts.get(name) if each else None


def _any_inconclusive(evidence: ByLayer) -> bool:
    return any(each.finding is Finding.INCONCLUSIVE for each in evidence.values())


def _always(evidence: ByLayer) -> bool:
    return True


RULES: tuple[Rule, ...] = (
    Rule(
        "The file's SHA-256 is registered",
        Verdict.CONFIRMED,
        gettext_noop("This is, bit for bit, a file that was marked as AI-generated and released here."),
        _found(Layer.HASH, Finding.REGISTERED),
    ),
    Rule(
        "The file's SHA-256 is that of a preview of a registered work",
        Verdict.CONFIRMED,
        gettext_noop(
            "This is, bit for bit, a preview that this site made of a picture that was marked as AI-generated here."
        ),
        _found(Layer.HASH, Finding.PREVIEW),
    ),
    Rule(
        "A watermark under our key names a registered work",
        Verdict.CONFIRMED,
        gettext_noop(
            "The invisible watermark in the picture names a work that was marked as AI-generated here."
        ),
        _found(Layer.WATERMARK, Finding.REGISTERED),
    ),
    Rule(
        "A registered work's watermark, found again by comparison with the released file",
        Verdict.CONFIRMED,
        gettext_noop(
            "This is a copy of a file that was marked as AI-generated here: beside the released file, its invisible "
            "watermark was found again."
        ),
        _found(Layer.WATERMARK, Finding.RECOGNISED),
    ),
    Rule(
        "A valid implicit label with Label = 1",
        Verdict.CONFIRMED,
        gettext_noop("The metadata label says that the content is AI-generated."),
        _valid_label(Beside.SAME, value="1"),
    ),
    Rule(
        "An intact content credential under this site's own development certificate that says generated",
        Verdict.CONFIRMED,
        gettext_noop(
            "The content credential says that a model made this, and it matches the file. This site signed it, with a "
            "development certificate that it made for itself."
        ),
        _credential_says_generated(Finding.VALID, trust_list="this_site_development"),
    ),
    Rule(
        "An intact content credential of a listed signer that says generated",
        Verdict.CONFIRMED,
        gettext_noop(
            "The content credential says that a model made this, it matches the file, and its signer is known."
        ),
        _credential_says_generated(Finding.VALID),
    ),
    Rule(
        "A valid implicit label of this site with Label = 1, on a picture that could not be compared with its work",
        Verdict.POSSIBLE,
        gettext_noop(
            "The metadata label says that the content is AI-generated, and names a work of this site. Whether it was given to "
            "this very picture could not be compared."
        ),
        _valid_label(Beside.NOT_COMPARED, value="1"),
    ),
    Rule(
        "A valid implicit label with Label = 2",
        Verdict.POSSIBLE,
        gettext_noop("The metadata label says that the content may be AI-generated: somebody declared it."),
        _valid_label(Beside.SAME, Beside.NOT_COMPARED, value="2"),
    ),
    Rule(
        "An intact content credential that says generated, of a signer nobody vouches for",
        Verdict.POSSIBLE,
        gettext_noop(
            "The content credential says that a model made this and matches the file, but nobody vouches for its signer."
        ),
        _credential_says_generated(Finding.UNTRUSTED),
    ),
    Rule(
        "A valid implicit label with Label = 3",
        Verdict.SUSPECTED,
        gettext_noop("The metadata label says that somebody suspected the content to be AI-generated."),
        _valid_label(Beside.SAME, Beside.NOT_COMPARED, value="3"),
    ),
    Rule(
        "A valid implicit label of a registered work, on a picture that is no copy of it",
        Verdict.SUSPECTED,
        gettext_noop(
            "There is a metadata label for AI-generated content, but the picture does not look like the one it was given to."
        ),
        _valid_label(Beside.OTHER),
    ),
    Rule(
        "An implicit label whose signature is broken",
        Verdict.SUSPECTED,
        gettext_noop(
            "There is a metadata label for AI-generated content, but it is not as it was when somebody signed it."
        ),
        _found(Layer.IMPLICIT_LABEL, Finding.INVALID, reason="broken_signature"),
    ),
    Rule(
        "An implicit label that breaks the standard",
        Verdict.SUSPECTED,
        gettext_noop("There is a metadata label for AI-generated content, but it breaks the standard."),
        _found(Layer.IMPLICIT_LABEL, Finding.INVALID),
    ),
    Rule(
        "A content credential that says generated and does not match the file",
        Verdict.SUSPECTED,
        gettext_noop(
            "A content credential says that a model made this, but it does not match the file as it is now."
        ),
        _credential_says_generated(Finding.INVALID),
    ),
    Rule(
        "An explicit label in the picture",
        Verdict.SUSPECTED,
        gettext_noop("A visible label says that the picture is AI-generated. Anybody can draw one."),
        _found(Layer.EXPLICIT_LABEL, Finding.FOUND),
    ),
    Rule(
        "A watermark under our key names no registered work",
        Verdict.SUSPECTED,
        gettext_noop(
            "A watermark of this site is in the picture, but the work it names is not registered here."
        ),
        _found(Layer.WATERMARK, Finding.UNREGISTERED),
    ),
    Rule(
        "The fingerprint is that of a registered work",
        Verdict.SUSPECTED,
        gettext_noop(
            "The picture looks like one that was marked here. Looking alike proves nothing by itself."
        ),
        _found(Layer.FINGERPRINT, Finding.NEAR_COPY),
    ),
    Rule(
        "Traces of a generating program",
        Verdict.SUSPECTED,
        gettext_noop(
            "The metadata holds traces of a program that generates pictures. Anybody can write them."
        ),
        _found(Layer.GENERATOR, Finding.FOUND),
    ),
    Rule(
        "A layer that could not be examined",
        Verdict.INCONCLUSIVE,
        gettext_noop("Part of the file could not be examined, and nothing was found in the rest."),
        _any_inconclusive,
    ),
    Rule(
        "Everything was examined and nothing found",
        Verdict.NO_LABEL_FOUND,
        gettext_noop("Labels can be removed, and most AI systems write none that can be read here."),
        _always,
    ),
)

STRENGTH: Mapping[Verdict, int] = {
    Verdict.NO_LABEL_FOUND: 0,
    Verdict.INCONCLUSIVE: 1,
    Verdict.SUSPECTED: 2,
    Verdict.POSSIBLE: 3,
    Verdict.CONFIRMED: 4,
}
"""How much a verdict says."""


def weigh(evidence: Iterable[Evidence]) -> Rule:
    """Return the first row that applies to the evidence, one piece per layer. The last row always does."""
    by_layer = {each.layer: each for each in evidence}
    return next(rule for rule in RULES if rule.applies(by_layer))
