"""Which registered work a file comes from, and what became of its marks. Pure.

A work is named by the file's hash, or by the watermark, read or recognised, which nobody can write without the key. Metadata can be
copied and pictures can look alike, so these two name a work only together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from marking.marks.fingerprint import CANDIDATE, CHANGED
from marking.policy.removal import Clause
from marking.verification.report import (
    ByLayer,
    Change,
    Evidence,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    State,
)

_IN_METADATA = {Layer.IMPLICIT_LABEL, Layer.CREDENTIAL}

SAME_SHAPE = 1.02
"""Largest quotient of the aspect ratios of two copies: the sides of a resized one are rounded to whole pixels."""

LABEL_ERASED = "label_erased"
"""The change that is a removed mark, and not another picture."""

MIRRORED = "mirrored"
"""The change that the watermark tells by itself."""


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
    ``is_unlabelled``: the file is, or looks like, a copy that was given out without the visible label. ``changes``: what the
    comparison with the released picture, pixel by pixel, found; ``is_laid``: whether there was one, whose word then
    counts for more than ``comparison``. ``clauses`` forbid to take marks away. ``is_still``: the file is a single picture,
    not the first, of a work that moves.
    """

    work: str
    marks: frozenset[Layer]
    comparison: Comparison | None
    propagator: str = ""
    is_unlabelled: bool = False
    changes: tuple[Change, ...] = ()
    is_laid: bool = False
    clauses: tuple[Clause, ...] = ()
    is_still: bool = False

    @property
    def expected_marks(self) -> frozenset[Layer]:
        """The marks that must be in the file, if nobody removed one."""
        return self.marks - {Layer.EXPLICIT_LABEL} if self.is_unlabelled else self.marks

    @property
    def is_same_picture(self) -> bool | None:
        """Whether everything lies where it lay, but for small changes and the label; None where nobody can tell."""
        if any(change.kind != LABEL_ERASED for change in self.changes):
            return False
        if self.is_laid:
            return True
        return None if self.comparison is None else self.comparison.is_same_picture


def named_work(evidence: ByLayer) -> str | None:
    """Return the ten characters of the registered work that the evidence names; None if it names none."""
    for layer in (Layer.HASH, Layer.WATERMARK):
        each = evidence.get(layer)
        if each is not None and each.finding in (Finding.REGISTERED, Finding.RECOGNISED, Finding.PREVIEW):
            return str(each.facts["work"])
    near, label = evidence.get(Layer.FINGERPRINT), evidence.get(Layer.IMPLICIT_LABEL)
    if near is None or near.finding is not Finding.NEAR_COPY:
        return None
    if label is None:
        return None
    work, propagator = str(near.facts["work"]), str(near.facts.get("propagator", ""))
    return work if label.finding is Finding.VALID and names(label, work, propagator) else None


def marked_here(evidence: ByLayer, candidate: Candidate) -> MarkedHere:
    """Compare what is in the file with what was put into the work.

    A file whose hash is registered is the released file itself, *intact*; so is a preview. A copy is *altered* where the picture is
    not the registered one at some place or as a whole; else *marks are removed* from it, or it is *intact*. Of the changes
    only an erased label is a removed mark; every other makes the copy altered.
    So is a file of several pictures, where the work is a single one.
    A mark is called removed only where it would have been found: those in the picture, if everything lies where
    it lay and is large and sharp enough; those in the metadata always, since they are read whatever the picture shows; never the visible label of
    a copy that was given out without it.
    """
    finding = _finding(evidence, Layer.HASH)
    if finding in (Finding.REGISTERED, Finding.PREVIEW):
        is_preview = finding is Finding.PREVIEW
        is_unlabelled = candidate.is_unlabelled and not is_preview
        return MarkedHere(candidate.work, State.INTACT, is_unlabelled=is_unlabelled, is_preview=is_preview)
    candidate = _with_mirroring(evidence, candidate)
    removed = _removed_marks(evidence, candidate)
    is_same, compared = candidate.is_same_picture, candidate.comparison
    return MarkedHere(
        candidate.work,
        State.ALTERED
        if is_same is False or _is_first_of_several(evidence)
        else State.MARKS_REMOVED
        if removed
        else State.INTACT,
        removed=tuple(mark.layer for mark in removed if mark.how is How.MISSING),
        changes=tuple(
            change for change in candidate.changes if not _is_contradicted(change, evidence, candidate)
        ),
        is_reshaped=is_same is False and compared is not None and compared.is_reshaped,
        is_unlabelled=candidate.is_unlabelled and is_same is True,
        removed_marks=removed,
        is_still=candidate.is_still,
        is_compared=is_same is not None,
    )


def _removed_marks(evidence: ByLayer, candidate: Candidate) -> tuple[RemovedMark, ...]:
    """The marks that are missed in the file, in the order of the report."""
    expected = candidate.expected_marks
    looked_for = expected if candidate.is_same_picture else expected & _IN_METADATA
    found = {layer: how for layer in looked_for if (how := _how_removed(evidence, layer, candidate))}
    if any(_is_label_erased(change, evidence, candidate) for change in candidate.changes):
        found[Layer.EXPLICIT_LABEL] = How.MISSING
    return tuple(RemovedMark(layer, found[layer], candidate.clauses) for layer in Layer if layer in found)


def _is_label_erased(change: Change, evidence: ByLayer, candidate: Candidate) -> bool:
    return change.kind == LABEL_ERASED and not _is_contradicted(change, evidence, candidate)


def _is_contradicted(change: Change, evidence: ByLayer, candidate: Candidate) -> bool:
    """Whether a label is said to be erased that was read in the picture, or never drawn."""
    is_there = _finding(evidence, Layer.EXPLICIT_LABEL) is Finding.FOUND
    was_drawn = Layer.EXPLICIT_LABEL in candidate.expected_marks
    return change.kind == LABEL_ERASED and (is_there or not was_drawn)


def names(label: Evidence, work: str, propagator: str) -> bool:
    """Whether a metadata label names ``work``: as the producer's number, or as that of this site as a distributor."""
    if label.facts.get("produce_id") == work:
        return True
    is_ours = bool(propagator) and label.facts.get("propagator") == propagator
    return is_ours and label.facts.get("propagate_id") == work


def _with_mirroring(evidence: ByLayer, candidate: Candidate) -> Candidate:
    """Return the candidate with what the watermark tells of a mirrored picture, where it was not laid onto the released one."""
    mark, looks = evidence.get(Layer.WATERMARK), evidence.get(Layer.FINGERPRINT)
    is_mirrored = mark is not None and mark.facts.get("mirrored") is True
    if candidate.is_laid or not is_mirrored or looks is None or "width" not in looks.facts:
        return candidate
    size = int(str(looks.facts["width"])), int(str(looks.facts["height"]))
    width, height = size[::-1] if looks.facts.get("turned") in (90, 270) else size
    return replace(candidate, changes=(*candidate.changes, Change(MIRRORED, (0, 0, width, height), 0.99)))


def _is_first_of_several(evidence: ByLayer) -> bool:
    looks = evidence.get(Layer.FINGERPRINT)
    return looks is not None and looks.facts.get("is_first_of_several") is True


def is_readable(mark: Evidence) -> bool:
    """Whether a mark that was not found would have been, had it been there: the picture is large and sharp enough."""
    return mark.facts.get("is_readable") is not False


def _finding(evidence: ByLayer, layer: Layer) -> Finding:
    return evidence[layer].finding if layer in evidence else Finding.INCONCLUSIVE


def _how_removed(evidence: ByLayer, layer: Layer, candidate: Candidate) -> How | None:
    """How the work's own mark is missed in a layer that was examined; None where it is there, or nobody can tell."""
    finding = _finding(evidence, layer)
    if finding in (Finding.INCONCLUSIVE, Finding.FOUND):
        return None
    if finding is Finding.NOT_FOUND:
        return How.MISSING if is_readable(evidence[layer]) else None
    if not _is_own(evidence[layer], candidate):
        return How.REPLACED
    return How.NO_LONGER_MATCHES if finding is Finding.INVALID else None


def _is_own(mark: Evidence, candidate: Candidate) -> bool:
    """Whether a mark that is there names the work: another's mark does not replace it."""
    match mark.layer:
        case Layer.CREDENTIAL:
            # Untrusted is ours, too, once its certificate has run out.
            return mark.facts.get("named_work") == candidate.work
        case Layer.IMPLICIT_LABEL:
            # A number that breaks the standard is not reported: what is left of ours, for all that is known.
            is_readable = mark.finding is Finding.VALID or bool(mark.facts.get("produce_id"))
            return names(mark, candidate.work, candidate.propagator) or not is_readable
        case _:
            return mark.facts.get("work") == candidate.work
