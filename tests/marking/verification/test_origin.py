"""The origin of a file …"""

from __future__ import annotations

import pytest

from marking.verification.origin import Candidate, marked_here, named_work
from marking.verification.report import ByLayer, Evidence, Fact, Finding, Layer, State

WORK = "0123456789"
OTHER = "9876543210"
MARKS = frozenset({Layer.EXPLICIT_LABEL, Layer.IMPLICIT_LABEL, Layer.WATERMARK})


def piece(layer: Layer, finding: Finding, **facts: Fact) -> Evidence:
    return Evidence(layer, finding, facts)


def evidence_of(*pieces: Evidence) -> ByLayer:
    """All marks of WORK in a copy that is not the released file, with some pieces replaced."""
    whole = (
        piece(Layer.EXPLICIT_LABEL, Finding.FOUND),
        piece(Layer.IMPLICIT_LABEL, Finding.VALID, produce_id=WORK),
        piece(Layer.WATERMARK, Finding.REGISTERED, work=WORK),
        piece(Layer.HASH, Finding.UNREGISTERED),
        piece(Layer.FINGERPRINT, Finding.NOT_FOUND),
    )
    return {each.layer: each for each in (*whole, *pieces)}


NO_WATERMARK = piece(Layer.WATERMARK, Finding.NOT_FOUND)
NEAR = piece(Layer.FINGERPRINT, Finding.NEAR_COPY, work=WORK)


@pytest.mark.parametrize(
    ("evidence", "work"),
    [
        ({}, None),
        (evidence_of(), WORK),
        (evidence_of(piece(Layer.HASH, Finding.REGISTERED, work=OTHER)), OTHER),
        (evidence_of(piece(Layer.WATERMARK, Finding.UNREGISTERED)), None),
        (evidence_of(NO_WATERMARK), None),
        (evidence_of(NO_WATERMARK, NEAR), WORK),
        (evidence_of(NO_WATERMARK, NEAR, piece(Layer.IMPLICIT_LABEL, Finding.VALID, produce_id=OTHER)), None),
        (
            evidence_of(NO_WATERMARK, NEAR, piece(Layer.IMPLICIT_LABEL, Finding.INVALID, produce_id=WORK)),
            None,
        ),
        ({Layer.FINGERPRINT: NEAR}, None),
    ],
)
def test_it_is_named_by_hash_or_watermark_or_by_likeness_and_label_together(
    evidence: ByLayer, work: str | None
) -> None:
    assert named_work(evidence) == work


@pytest.mark.parametrize(
    ("changed", "removed"),
    [
        (NO_WATERMARK, Layer.WATERMARK),
        (piece(Layer.WATERMARK, Finding.UNREGISTERED), Layer.WATERMARK),
        (piece(Layer.WATERMARK, Finding.REGISTERED, work=OTHER), Layer.WATERMARK),
        (piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND), Layer.EXPLICIT_LABEL),
        (piece(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND), Layer.IMPLICIT_LABEL),
        (piece(Layer.IMPLICIT_LABEL, Finding.INVALID), Layer.IMPLICIT_LABEL),
        (piece(Layer.IMPLICIT_LABEL, Finding.VALID, produce_id=OTHER), Layer.IMPLICIT_LABEL),
    ],
)
def test_it_names_the_mark_that_is_gone(changed: Evidence, removed: Layer) -> None:
    origin = marked_here(evidence_of(changed), Candidate(WORK, MARKS, 4))
    assert (origin.state, origin.removed) == (State.MARKS_REMOVED, (removed,))


def test_it_is_intact_with_every_mark() -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, 80))
    assert (origin.work, origin.state, origin.removed) == (WORK, State.INTACT, ())


@pytest.mark.parametrize("layer", sorted(MARKS))
def test_what_could_not_be_examined_is_not_called_removed(layer: Layer) -> None:
    unknown = piece(layer, Finding.INCONCLUSIVE, reason="broke")
    assert marked_here(evidence_of(unknown), Candidate(WORK, MARKS, None)).state is State.INTACT


def test_a_mark_that_the_work_never_had_is_not_called_removed() -> None:
    unlabelled = evidence_of(piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND))
    assert marked_here(unlabelled, Candidate(WORK, MARKS - {Layer.EXPLICIT_LABEL}, 0)).state is State.INTACT


def test_it_is_altered_when_the_picture_is_another() -> None:
    origin = marked_here(
        evidence_of(piece(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND)), Candidate(WORK, MARKS, 81)
    )
    assert (origin.state, origin.removed) == (State.ALTERED, (Layer.IMPLICIT_LABEL,))


def test_the_released_file_itself_is_intact_whatever_else_is_found() -> None:
    evidence = evidence_of(piece(Layer.HASH, Finding.REGISTERED, work=WORK), NO_WATERMARK)
    assert marked_here(evidence, Candidate(WORK, MARKS, 200)).state is State.INTACT
