"""Marks of one file that contradict each other: a table, each row asked by itself. Pure.

A conflict is said and not decided: the verdict rests on what speaks loudest (see :mod:`marking.verification.weighing`), and beside it
stands what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marking.verification.report import Beside, ByLayer, Evidence, Finding, Layer


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the message catalogue, which finds it by this function's name."""
    return sentence


DISAGREEING = "disagreeing"
"""Fault of a file with several metadata labels that do not say the same."""

OURS = frozenset({"this_site", "this_site_development"})
"""The trust lists of this site's own certificates."""

_OF_THE_WORK = (Finding.REGISTERED, Finding.RECOGNISED, Finding.PREVIEW)
_INTACT = (Finding.VALID, Finding.UNTRUSTED)


@dataclass(frozen=True)
class Conflict:
    """One row: a stable code, in words when it applies, and the sentence that says it to a reader."""

    code: str
    condition: str
    sentence: str
    applies: Callable[[ByLayer], bool]


def work_of(evidence: ByLayer) -> str:
    """Return the work that hash or watermark names, which nobody can write; empty where neither does."""
    return _named_by(evidence, Layer.HASH) or _named_by(evidence, Layer.WATERMARK)


def _named_by(evidence: ByLayer, layer: Layer) -> str:
    each = evidence.get(layer)
    return str(each.facts.get("work", "")) if each and each.finding in _OF_THE_WORK else ""


def _named_in(evidence: ByLayer, layer: Layer) -> tuple[str, ...]:
    """The registered works that metadata name: a label of this site, or a credential, whoever signed it."""
    each = evidence.get(layer)
    named = each.facts.get("named_works", ()) if each else ()
    return tuple(map(str, named)) if isinstance(named, tuple) else ()


def _two_watermarks(evidence: ByLayer) -> bool:
    watermark, likeness = evidence.get(Layer.WATERMARK), evidence.get(Layer.FINGERPRINT)
    return any(bool(each.facts.get("other_works")) for each in (watermark, likeness) if each)


def _watermark_of_another(evidence: ByLayer) -> bool:
    exact, read = _named_by(evidence, Layer.HASH), _named_by(evidence, Layer.WATERMARK)
    return bool(exact and read) and exact != read


def _label_of_another(evidence: ByLayer) -> bool:
    work, named = work_of(evidence), _named_in(evidence, Layer.IMPLICIT_LABEL)
    return bool(work and named) and work not in named


def _credential_of_another(evidence: ByLayer) -> bool:
    work, named = work_of(evidence), _named_in(evidence, Layer.CREDENTIAL)
    others = (work,) if work else _named_in(evidence, Layer.IMPLICIT_LABEL)
    return bool(named and others) and not set(named) & set(others)


def _copied(layer: Layer) -> Callable[[ByLayer], bool]:
    def applies(evidence: ByLayer) -> bool:
        each = evidence.get(layer)
        return each is not None and each.facts.get("picture") == Beside.OTHER and not work_of(evidence)

    return applies


def _intact_credential(evidence: ByLayer) -> Evidence | None:
    each = evidence.get(Layer.CREDENTIAL)
    return each if each is not None and each.finding in _INTACT else None


def _foreign_credential(evidence: ByLayer) -> bool:
    each, work = _intact_credential(evidence), work_of(evidence)
    if each is None or not work or each.facts.get("trust_list") in OURS:
        return False
    return each.facts.get("named_work") != work and not _named_in(evidence, Layer.CREDENTIAL)


def _captured(evidence: ByLayer) -> bool:
    each, label = _intact_credential(evidence), evidence.get(Layer.IMPLICIT_LABEL)
    says_generated = bool(work_of(evidence)) or (label is not None and label.finding is Finding.VALID)
    return each is not None and bool(each.facts.get("capture_type")) and says_generated


def _labels_disagree(evidence: ByLayer) -> bool:
    each = evidence.get(Layer.IMPLICIT_LABEL)
    faults = each.facts.get("faults", ()) if each else ()
    return isinstance(faults, tuple) and DISAGREEING in faults


CONFLICTS: tuple[Conflict, ...] = (
    Conflict(
        "two_works_in_the_picture",
        "Parts of the picture carry the watermark of, or look like, several registered works",
        gettext_noop(
            "Parts of the picture come from different works that were released here: it was put together from them."
        ),
        _two_watermarks,
    ),
    Conflict(
        "watermark_of_another_work",
        "The exact hash names one registered work, the watermark another",
        gettext_noop(
            "The file is that of one work that was released here, and its watermark is that of another."
        ),
        _watermark_of_another,
    ),
    Conflict(
        "label_of_another_work",
        "Hash or watermark names one registered work, the metadata label another",
        gettext_noop(
            "The picture is of one work that was released here, and the metadata label of another: the label was moved, or "
            "parts of both were put together."
        ),
        _label_of_another,
    ),
    Conflict(
        "credential_of_another_work",
        "Hash, watermark or metadata label names one registered work, the content credential another",
        gettext_noop(
            "The content credential names another work of this site than the other marks do: it was moved, or parts of both were "
            "put together."
        ),
        _credential_of_another,
    ),
    Conflict(
        "copied_label",
        "The metadata label names a registered work, and the picture is not a copy of it",
        gettext_noop(
            "The metadata label names a picture that was released here, and this one does not look like it: the label was copied, or "
            "little is left of the picture. The label proves nothing about this one."
        ),
        _copied(Layer.IMPLICIT_LABEL),
    ),
    Conflict(
        "copied_credential",
        "The content credential names a registered work, and the picture is not a copy of it",
        gettext_noop(
            "The content credential names a picture that was released here, and this one does not look like it: the credential was "
            "copied, or little is left of the picture. The credential proves nothing about this one."
        ),
        _copied(Layer.CREDENTIAL),
    ),
    Conflict(
        "foreign_credential",
        "Hash or watermark names a registered work, and an intact content credential of another signer does not mention it",
        gettext_noop(
            "The picture was marked here, and a content credential of somebody else, which matches the file, claims another origin "
            "for it. Anybody can sign a picture that is not theirs."
        ),
        _foreign_credential,
    ),
    Conflict(
        "said_to_be_captured",
        "An intact content credential says that a camera took the picture, and another mark that it is synthetic",
        gettext_noop(
            "The content credential says that a camera took this picture, and another mark says that it is AI-generated. One of "
            "the two is wrong; which one cannot be seen from the file."
        ),
        _captured,
    ),
    Conflict(
        "labels_disagree",
        "Several metadata labels do not say the same",
        gettext_noop(
            "The file holds several metadata labels that contradict each other. None of them is believed."
        ),
        _labels_disagree,
    ),
)
"""The table, in the order of the report."""


def conflicts(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the codes of the rows that apply to the evidence, one piece per layer, in the order of the table."""
    by_layer = {each.layer: each for each in evidence}
    return tuple(row.code for row in CONFLICTS if row.applies(by_layer))
