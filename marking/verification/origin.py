"""Which registered work a file comes from, and what became of its marks. Pure.

A work is named by the file's hash, or by the watermark, read or recognised, which nobody can write without the key. Metadata can be
copied and pictures can look alike, so these two name a work only together.
"""

from __future__ import annotations

from dataclasses import dataclass

from marking.marks.fingerprint import CANDIDATE, CHANGED
from marking.verification.report import ByLayer, Evidence, Finding, Layer, MarkedHere, State

_IN_METADATA = {Layer.IMPLICIT_LABEL, Layer.CREDENTIAL}

SAME_SHAPE = 1.02
"""Largest quotient of the aspect ratios of two copies: the sides of a resized one are rounded to whole pixels."""


@dataclass(frozen=True)
class Comparison:
    """The file's picture beside the registered one.

    ``distance`` of the fingerprints: 0 to 256 bits, None where one of the two says nothing; ``change``: the largest
    anywhere, in grey levels; ``stretch``: the quotient of the aspect ratios, 1 for equal ones.
    """

    distance: int | None
    change: float
    stretch: float

    @property
    def is_reshaped(self) -> bool:
        """Whether the proportions are others: the picture was cropped, framed or stretched."""
        return max(self.stretch, 1 / self.stretch) > SAME_SHAPE

    @property
    def is_same_picture(self) -> bool:
        """Whether everything lies where it lay, but for small changes."""
        is_alike = self.distance is None or self.distance <= CANDIDATE
        return is_alike and self.change <= CHANGED and not self.is_reshaped


@dataclass(frozen=True)
class Candidate:
    """A registered work, its marks, and how the picture compares; None where that could not be examined.

    ``propagator``: as whom this site passed the work on in its metadata label; empty where nobody wrote it down.
    ``is_unlabelled``: the file is, or looks like, a copy that was given out without the visible label.
    """

    work: str
    marks: frozenset[Layer]
    comparison: Comparison | None
    propagator: str = ""
    is_unlabelled: bool = False

    @property
    def expected_marks(self) -> frozenset[Layer]:
        """The marks that must be in the file, if nobody removed one."""
        return self.marks - {Layer.EXPLICIT_LABEL} if self.is_unlabelled else self.marks


def named_work(evidence: ByLayer) -> str | None:
    """Return the ten characters of the registered work that the evidence names; None if it names none."""
    for layer in (Layer.HASH, Layer.WATERMARK):
        each = evidence.get(layer)
        if each is not None and each.finding in (Finding.REGISTERED, Finding.RECOGNISED):
            return str(each.facts["work"])
    near, label = evidence.get(Layer.FINGERPRINT), evidence.get(Layer.IMPLICIT_LABEL)
    if near is None or label is None or near.finding is not Finding.NEAR_COPY:
        return None
    work, propagator = str(near.facts["work"]), str(near.facts.get("propagator", ""))
    return work if label.finding is Finding.VALID and _names(label, work, propagator) else None


def marked_here(evidence: ByLayer, candidate: Candidate) -> MarkedHere:
    """Compare what is in the file with what was put into the work.

    A file whose hash is registered is the released file itself, *intact*. A copy is *altered* where the picture is
    not the registered one at some place or as a whole; else its *marks are removed*, or it is *intact*.
    A mark is called removed only where it would have been found: those in the picture, if everything lies where
    it lay; those in the metadata always, since they are read whatever the picture shows; never the visible label of
    a copy that was given out without it.
    """
    is_unlabelled = candidate.is_unlabelled
    if _finding(evidence, Layer.HASH) is Finding.REGISTERED:
        return MarkedHere(candidate.work, State.INTACT, is_unlabelled=is_unlabelled)
    compared = candidate.comparison
    is_aligned = compared is not None and compared.is_same_picture
    expected = candidate.expected_marks
    looked_for = expected if is_aligned else expected & _IN_METADATA
    removed = tuple(layer for layer in Layer if layer in looked_for and _is_gone(evidence, layer, candidate))
    if compared is not None and not is_aligned:
        return MarkedHere(candidate.work, State.ALTERED, removed, is_reshaped=compared.is_reshaped)
    state = State.MARKS_REMOVED if removed else State.INTACT
    return MarkedHere(candidate.work, state, removed, is_unlabelled=is_unlabelled and is_aligned)


def _names(label: Evidence, work: str, propagator: str) -> bool:
    """Whether a metadata label names ``work``: as the producer's number, or as that of this site as a distributor."""
    if label.facts.get("produce_id") == work:
        return True
    is_ours = bool(propagator) and label.facts.get("propagator") == propagator
    return is_ours and label.facts.get("propagate_id") == work


def _finding(evidence: ByLayer, layer: Layer) -> Finding:
    return evidence[layer].finding if layer in evidence else Finding.INCONCLUSIVE


def _is_gone(evidence: ByLayer, layer: Layer, candidate: Candidate) -> bool:
    """Whether a layer was examined and the work's own mark is not there; another's mark does not replace it."""
    match _finding(evidence, layer):
        case Finding.INCONCLUSIVE | Finding.FOUND:
            return False
        case Finding.VALID | Finding.UNTRUSTED if layer is Layer.CREDENTIAL:
            # Untrusted is ours, too, once its certificate has run out.
            return evidence[layer].facts.get("named_work") != candidate.work
        case Finding.VALID:
            return not _names(evidence[layer], candidate.work, candidate.propagator)
        case Finding.REGISTERED | Finding.RECOGNISED:
            return evidence[layer].facts.get("work") != candidate.work
        case _:
            return True
