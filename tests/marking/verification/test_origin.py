"""The origin of a file …"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.policy.removal import Clause
from marking.verification.origin import Candidate, Comparison, marked_here, named_work
from marking.verification.report import (
    ByLayer,
    Change,
    Evidence,
    Fact,
    Finding,
    How,
    Layer,
    RemovedMark,
    State,
)

WORK = "0123456789"
OTHER = "9876543210"
MARKS = frozenset({Layer.EXPLICIT_LABEL, Layer.IMPLICIT_LABEL, Layer.CREDENTIAL, Layer.WATERMARK})


def piece(layer: Layer, finding: Finding, **facts: Fact) -> Evidence:
    return Evidence(layer, finding, facts)


def evidence_of(*pieces: Evidence) -> ByLayer:
    """All marks of WORK in a copy that is not the released file, with some pieces replaced."""
    whole = (
        piece(Layer.EXPLICIT_LABEL, Finding.FOUND),
        piece(Layer.IMPLICIT_LABEL, Finding.VALID, produce_id=WORK),
        piece(Layer.CREDENTIAL, Finding.VALID, named_work=WORK),
        piece(Layer.WATERMARK, Finding.REGISTERED, work=WORK),
        piece(Layer.HASH, Finding.UNREGISTERED),
        piece(Layer.FINGERPRINT, Finding.NOT_FOUND),
    )
    return {each.layer: each for each in (*whole, *pieces)}


SAME = Comparison(distance=4, change=3.0, stretch=1.0)
CHANGED_SOMEWHERE = Comparison(distance=4, change=24.1, stretch=1.0)
CHANGED_AS_A_WHOLE = Comparison(distance=81, change=3.0, stretch=1.0)
WIDER, HIGHER = (Comparison(distance=4, change=3.0, stretch=stretch) for stretch in (1.03, 0.97))
NOTHING_IN_IT = (
    piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND),
    piece(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND),
    piece(Layer.CREDENTIAL, Finding.NOT_FOUND),
    piece(Layer.WATERMARK, Finding.NOT_FOUND),
)
NO_WATERMARK = piece(Layer.WATERMARK, Finding.NOT_FOUND)
NEAR = piece(Layer.FINGERPRINT, Finding.NEAR_COPY, work=WORK)


@pytest.mark.parametrize(
    ("evidence", "work"),
    [
        ({}, None),
        (evidence_of(), WORK),
        (evidence_of(piece(Layer.HASH, Finding.REGISTERED, work=OTHER)), OTHER),
        (evidence_of(piece(Layer.WATERMARK, Finding.UNREGISTERED)), None),
        (evidence_of(piece(Layer.WATERMARK, Finding.RECOGNISED, work=OTHER)), OTHER),
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


def passed_on(propagator: str, propagate_id: str) -> Evidence:
    """A valid label of another producer, passed on."""
    facts = {"produce_id": "theirs", "propagator": propagator, "propagate_id": propagate_id}
    return piece(Layer.IMPLICIT_LABEL, Finding.VALID, **facts)


@pytest.mark.parametrize(
    ("label", "recorded", "is_named"),
    [
        (passed_on("us", WORK), "us", True),
        (passed_on("us", OTHER), "us", False),
        (passed_on("them", WORK), "us", False),
        (passed_on("", WORK), "", False),
    ],
)
def test_a_label_of_others_names_the_work_if_this_site_passed_it_on(
    label: Evidence, recorded: str, is_named: bool
) -> None:
    near = piece(Layer.FINGERPRINT, Finding.NEAR_COPY, work=WORK, propagator=recorded)
    assert (named_work(evidence_of(NO_WATERMARK, near, label)) == WORK) is is_named
    origin = marked_here(evidence_of(label), Candidate(WORK, MARKS, SAME, recorded))
    replaced = RemovedMark(Layer.IMPLICIT_LABEL, How.REPLACED)
    assert origin.removed_marks == (() if is_named else (replaced,))


@pytest.mark.parametrize(
    ("changed", "how"),
    [
        (NO_WATERMARK, How.MISSING),
        (piece(Layer.WATERMARK, Finding.UNREGISTERED), How.REPLACED),
        (piece(Layer.WATERMARK, Finding.REGISTERED, work=OTHER), How.REPLACED),
        (piece(Layer.WATERMARK, Finding.RECOGNISED, work=OTHER), How.REPLACED),
        (piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND), How.MISSING),
        (piece(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND), How.MISSING),
        (piece(Layer.IMPLICIT_LABEL, Finding.INVALID), How.NO_LONGER_MATCHES),
        (piece(Layer.IMPLICIT_LABEL, Finding.INVALID, produce_id=WORK), How.NO_LONGER_MATCHES),
        (piece(Layer.IMPLICIT_LABEL, Finding.INVALID, produce_id=OTHER), How.REPLACED),
        (piece(Layer.IMPLICIT_LABEL, Finding.VALID, produce_id=OTHER), How.REPLACED),
        (piece(Layer.IMPLICIT_LABEL, Finding.VALID), How.REPLACED),
        (piece(Layer.CREDENTIAL, Finding.NOT_FOUND), How.MISSING),
        (piece(Layer.CREDENTIAL, Finding.INVALID, named_work=WORK), How.NO_LONGER_MATCHES),
        (piece(Layer.CREDENTIAL, Finding.INVALID, named_work=""), How.REPLACED),
        (piece(Layer.CREDENTIAL, Finding.VALID, named_work=OTHER), How.REPLACED),
        (piece(Layer.CREDENTIAL, Finding.UNTRUSTED, named_work=""), How.REPLACED),
    ],
)
def test_it_names_the_mark_that_is_missed_and_how(changed: Evidence, how: How) -> None:
    origin = marked_here(evidence_of(changed), Candidate(WORK, MARKS, SAME, clauses=tuple(Clause)))
    assert origin.state is State.MARKS_REMOVED
    assert origin.removed_marks == (RemovedMark(changed.layer, how, tuple(Clause)),)
    assert origin.removed == ((changed.layer,) if how is How.MISSING else ())


ADDED, ERASED = Change("added", (1, 2, 3, 4), 0.9), Change("label_erased", (5, 6, 7, 8), 0.9)
UNLABELLED = piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND)


@pytest.mark.parametrize("comparison", [SAME, None])
def test_any_change_makes_it_altered(comparison: Comparison | None) -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, comparison, changes=(ADDED,), is_laid=True))
    assert (origin.state, origin.changes, origin.removed_marks) == (State.ALTERED, (ADDED,), ())


@pytest.mark.parametrize("comparison", [SAME, None])
def test_a_label_that_was_erased_and_nothing_else_is_a_mark_removed(comparison: Comparison | None) -> None:
    candidate = Candidate(WORK, MARKS, comparison, changes=(ERASED,), is_laid=True)
    origin = marked_here(evidence_of(UNLABELLED), candidate)
    assert (origin.state, origin.removed) == (State.MARKS_REMOVED, (Layer.EXPLICIT_LABEL,))
    assert origin.changes == (ERASED,)


def test_a_label_that_was_erased_is_named_in_an_altered_picture_too() -> None:
    candidate = Candidate(WORK, MARKS, SAME, changes=(ADDED, ERASED), is_laid=True)
    origin = marked_here(evidence_of(UNLABELLED, NO_WATERMARK), candidate)
    assert (origin.state, origin.removed) == (State.ALTERED, (Layer.EXPLICIT_LABEL,))


@pytest.mark.parametrize("is_unlabelled", [True, False])
def test_a_label_is_not_called_erased_that_is_there_or_never_was(is_unlabelled: bool) -> None:
    candidate = Candidate(WORK, MARKS, SAME, is_unlabelled=is_unlabelled, changes=(ERASED,), is_laid=True)
    evidence = evidence_of(UNLABELLED) if is_unlabelled else evidence_of()
    origin = marked_here(evidence, candidate)
    assert (origin.state, origin.removed_marks, origin.changes) == (State.INTACT, (), ())


@pytest.mark.parametrize("comparison", [CHANGED_SOMEWHERE, CHANGED_AS_A_WHOLE, WIDER])
def test_what_was_laid_onto_the_released_picture_without_a_change_is_the_same(comparison: Comparison) -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, comparison, is_laid=True))
    assert (origin.state, origin.is_reshaped, origin.is_compared) == (State.INTACT, False, True)


def test_a_preview_is_intact_and_named_by_its_bytes() -> None:
    preview = evidence_of(piece(Layer.HASH, Finding.PREVIEW, work=WORK), *NOTHING_IN_IT)
    assert named_work(preview) == WORK
    origin = marked_here(preview, Candidate(WORK, MARKS, CHANGED_AS_A_WHOLE, is_unlabelled=True))
    assert (origin.state, origin.is_preview, origin.is_unlabelled) == (State.INTACT, True, False)
    assert origin.removed_marks == ()


def test_it_says_what_could_not_be_compared_and_what_is_a_still() -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, None, is_still=True))
    assert (origin.is_compared, origin.is_still) == (False, True)


@pytest.mark.parametrize(
    "comparison", [SAME, Comparison(80, 24.0, 1.02), Comparison(None, 0.0, 1 / 1.02), None]
)
def test_it_is_intact_with_every_mark(comparison: Comparison | None) -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, comparison))
    assert (origin.work, origin.state, origin.removed) == (WORK, State.INTACT, ())


def test_a_credential_of_ours_whose_certificate_has_run_out_is_still_there() -> None:
    expired = piece(Layer.CREDENTIAL, Finding.UNTRUSTED, named_work=WORK)
    assert marked_here(evidence_of(expired), Candidate(WORK, MARKS, SAME)).state is State.INTACT


@pytest.mark.parametrize("layer", sorted(MARKS))
def test_what_could_not_be_examined_is_not_called_removed(layer: Layer) -> None:
    unknown = piece(layer, Finding.INCONCLUSIVE, reason="broke")
    assert marked_here(evidence_of(unknown), Candidate(WORK, MARKS, SAME)).state is State.INTACT


def test_a_mark_that_the_work_never_had_is_not_called_removed() -> None:
    unlabelled = evidence_of(piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND))
    candidate = Candidate(WORK, MARKS - {Layer.EXPLICIT_LABEL}, SAME)
    assert marked_here(unlabelled, candidate).state is State.INTACT


@pytest.mark.parametrize("comparison", [CHANGED_SOMEWHERE, CHANGED_AS_A_WHOLE, WIDER, HIGHER])
def test_it_is_altered_when_the_picture_is_another_though_every_mark_is_there(comparison: Comparison) -> None:
    origin = marked_here(evidence_of(), Candidate(WORK, MARKS, comparison))
    assert (origin.state, origin.removed) == (State.ALTERED, ())
    assert origin.is_reshaped == (comparison in (WIDER, HIGHER))


def test_of_another_picture_only_the_metadata_can_be_said_to_lack_its_mark() -> None:
    origin = marked_here(evidence_of(*NOTHING_IN_IT), Candidate(WORK, MARKS, CHANGED_SOMEWHERE))
    assert (origin.state, origin.removed) == (State.ALTERED, (Layer.IMPLICIT_LABEL, Layer.CREDENTIAL))


def test_of_a_picture_that_was_not_compared_neither() -> None:
    origin = marked_here(evidence_of(*NOTHING_IN_IT), Candidate(WORK, MARKS, None))
    assert (origin.state, origin.removed) == (State.MARKS_REMOVED, (Layer.IMPLICIT_LABEL, Layer.CREDENTIAL))


findings = st.builds(
    lambda explicit, implicit, watermark, produce_id, work: evidence_of(
        piece(Layer.EXPLICIT_LABEL, explicit),
        piece(Layer.IMPLICIT_LABEL, implicit, produce_id=produce_id),
        piece(Layer.WATERMARK, watermark, work=work),
    ),
    st.sampled_from([Finding.FOUND, Finding.NOT_FOUND, Finding.INCONCLUSIVE]),
    st.sampled_from([Finding.VALID, Finding.INVALID, Finding.NOT_FOUND, Finding.INCONCLUSIVE]),
    st.sampled_from([Finding.REGISTERED, Finding.UNREGISTERED, Finding.NOT_FOUND, Finding.INCONCLUSIVE]),
    st.sampled_from([WORK, OTHER]),
    st.sampled_from([WORK, OTHER]),
)
comparisons = st.none() | st.builds(
    Comparison, st.none() | st.integers(0, 256), st.floats(0, 255), st.floats(0.1, 10)
)


@settings(max_examples=150, deadline=None)
@given(findings, comparisons, st.sets(st.sampled_from(sorted(MARKS))))
def test_it_accuses_of_nothing_that_was_not_seen(
    evidence: ByLayer, comparison: Comparison | None, marks: set[Layer]
) -> None:
    origin = marked_here(evidence, Candidate(WORK, frozenset(marks), comparison))
    is_same = comparison is not None and comparison.is_same_picture
    assert set(origin.removed) <= marks & ({*MARKS} if is_same else {Layer.IMPLICIT_LABEL})
    assert all(evidence[layer].finding is not Finding.INCONCLUSIVE for layer in origin.removed)
    assert (origin.state is State.ALTERED) == (comparison is not None and not is_same)
    assert origin.state is not State.INTACT or not origin.removed_marks
    assert origin.state is not State.MARKS_REMOVED or origin.removed_marks
    assert set(origin.removed) <= {mark.layer for mark in origin.removed_marks}


def test_the_released_file_itself_is_intact_whatever_else_is_found() -> None:
    evidence = evidence_of(piece(Layer.HASH, Finding.REGISTERED, work=WORK), NO_WATERMARK)
    assert marked_here(evidence, Candidate(WORK, MARKS, CHANGED_AS_A_WHOLE)).state is State.INTACT


@pytest.mark.parametrize("compared", [SAME, CHANGED_SOMEWHERE, None])
def test_a_copy_that_was_given_out_without_the_visible_label_is_not_accused(
    compared: Comparison | None,
) -> None:
    nothing = evidence_of(piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND))
    candidate = Candidate(WORK, MARKS, compared, is_unlabelled=True)
    assert marked_here(nothing, candidate).removed == ()
    without_metadata = {**nothing, Layer.IMPLICIT_LABEL: piece(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND)}
    assert marked_here(without_metadata, candidate).removed == (Layer.IMPLICIT_LABEL,)


def test_it_says_so_of_the_very_file_and_of_a_copy_of_it() -> None:
    gone = piece(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND)
    candidate = Candidate(WORK, MARKS, SAME, is_unlabelled=True)
    exact = evidence_of(gone, piece(Layer.HASH, Finding.REGISTERED, work=WORK))
    for evidence in (exact, evidence_of(gone)):
        found = marked_here(evidence, candidate)
        assert (found.state, found.is_unlabelled) == (State.INTACT, True)


@pytest.mark.parametrize("layer", [Layer.EXPLICIT_LABEL, Layer.WATERMARK])
def test_it_misses_no_mark_that_could_not_have_been_found(layer: Layer) -> None:
    blurred = piece(layer, Finding.NOT_FOUND, is_readable=False)
    origin = marked_here(evidence_of(blurred), Candidate(WORK, MARKS, SAME))
    assert (origin.state, origin.removed) == (State.INTACT, ())


def test_it_calls_a_file_of_several_pictures_altered_where_the_work_is_one() -> None:
    several = piece(Layer.FINGERPRINT, Finding.NOT_FOUND, frames=3, is_first_of_several=True)
    assert marked_here(evidence_of(several), Candidate(WORK, MARKS, SAME)).state is State.ALTERED


@pytest.mark.parametrize(("turned", "box"), [(0, (0, 0, 40, 30)), (90, (0, 0, 30, 40))])
def test_it_calls_a_mirrored_copy_altered_whether_the_released_file_is_kept_or_not(
    turned: int, box: tuple[int, int, int, int]
) -> None:
    evidence = evidence_of(
        piece(Layer.WATERMARK, Finding.REGISTERED, work=WORK, mirrored=True),
        piece(Layer.FINGERPRINT, Finding.NOT_FOUND, width=40, height=30, turned=turned),
    )
    found = (Change("mirrored", box, 0.99),)
    gone = marked_here(evidence, Candidate(WORK, MARKS, SAME))
    kept = marked_here(evidence, Candidate(WORK, MARKS, SAME, changes=found, is_laid=True))
    assert gone.state is kept.state is State.ALTERED
    assert gone.changes == kept.changes == found
