"""Which registered work a file comes from, and what became of its marks. Pure.

A work is named by the file's hash, or by the watermark, which nobody can write without the key. Metadata can be
copied and pictures can look alike, so these two name a work only together.
"""

from __future__ import annotations

from dataclasses import dataclass

from marking.marks.fingerprint import CANDIDATE
from marking.verification.report import ByLayer, Finding, Layer, MarkedHere, State


@dataclass(frozen=True)
class Candidate:
    """A registered work and how far its fingerprint is: 0 to 256 bits, None where one of the two says nothing."""

    work: str
    marks: frozenset[Layer]
    distance: int | None


def named_work(evidence: ByLayer) -> str | None:
    """Return the ten characters of the registered work that the evidence names; None if it names none."""
    for layer in (Layer.HASH, Layer.WATERMARK):
        each = evidence.get(layer)
        if each is not None and each.finding is Finding.REGISTERED:
            return str(each.facts["work"])
    near, label = evidence.get(Layer.FINGERPRINT), evidence.get(Layer.IMPLICIT_LABEL)
    if near is None or label is None or near.finding is not Finding.NEAR_COPY:
        return None
    work = str(near.facts["work"])
    return work if label.finding is Finding.VALID and label.facts.get("produce_id") == work else None


def marked_here(evidence: ByLayer, candidate: Candidate) -> MarkedHere:
    """Compare what is in the file with what was put into the work.

    *Intact*: every mark is still there. *Altered*: the picture is no longer the registered one, by more than
    `CANDIDATE` bits of its fingerprint, so the mark was carried over or much was cut or painted away. A file
    whose hash is registered is the released file itself.
    """
    if _finding(evidence, Layer.HASH) is Finding.REGISTERED:
        return MarkedHere(candidate.work, State.INTACT)
    removed = tuple(
        layer for layer in Layer if layer in candidate.marks and _is_gone(evidence, layer, candidate.work)
    )
    if candidate.distance is not None and candidate.distance > CANDIDATE:
        return MarkedHere(candidate.work, State.ALTERED, removed)
    return MarkedHere(candidate.work, State.MARKS_REMOVED if removed else State.INTACT, removed)


def _finding(evidence: ByLayer, layer: Layer) -> Finding:
    return evidence[layer].finding if layer in evidence else Finding.INCONCLUSIVE


def _is_gone(evidence: ByLayer, layer: Layer, work: str) -> bool:
    """Whether a layer was examined and the work's own mark is not there; another's mark does not replace it."""
    match _finding(evidence, layer):
        case Finding.INCONCLUSIVE | Finding.FOUND:
            return False
        case Finding.VALID:
            return evidence[layer].facts.get("produce_id") != work
        case Finding.REGISTERED:
            return evidence[layer].facts.get("work") != work
        case _:
            return True
