"""A report as it is kept …"""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.presentation import shown
from marking.verification.report import (
    ALLOWED_FACTS,
    Change,
    Evidence,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    Report,
    State,
    Verdict,
)
from marking.verification.restoring import kept_form, restored
from tests.marking.verification.kept_reports import altered_report, three_views

evidence = st.builds(
    Evidence,
    st.sampled_from(Layer),
    st.sampled_from(Finding),
    st.dictionaries(
        st.sampled_from([*sorted(set().union(*ALLOWED_FACTS.values())), "secret"]),
        st.text(max_size=8) | st.integers() | st.booleans() | st.tuples(st.text(max_size=4)),
        max_size=4,
    ),
)
changes = st.builds(
    Change,
    st.sampled_from(["added", "cropped", "some_new_kind"]),
    st.tuples(*[st.integers(0, 4000)] * 4),
    st.floats(0, 1),
)
origins = st.builds(
    MarkedHere,
    st.just("0123456789"),
    st.sampled_from(State),
    st.lists(st.sampled_from(Layer)).map(tuple),
    st.lists(changes, max_size=3).map(tuple),
    is_reshaped=st.booleans(),
    is_unlabelled=st.booleans(),
    removed_marks=st.lists(st.builds(RemovedMark, st.sampled_from(Layer), st.sampled_from(How))).map(tuple),
)
reports = st.builds(
    Report,
    st.just("a.png"),
    st.sampled_from(Verdict),
    st.none() | origins,
    st.lists(evidence, max_size=4).map(tuple),
    st.lists(st.text(max_size=8), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_it_is_the_same_report_again_after_json(report: Report) -> None:
    kept = json.loads(json.dumps(kept_form(report)))
    again = restored(kept, file="a.png")
    assert again.as_dict() == report.as_dict()
    assert kept_form(again) == kept
    if report.marked_here and again.marked_here:
        flags = ("is_reshaped", "is_unlabelled")
        assert all(getattr(report.marked_here, flag) == getattr(again.marked_here, flag) for flag in flags)


@settings(max_examples=30, deadline=None)
@given(reports)
def test_it_holds_no_name_and_nothing_that_is_not_allowed(report: Report) -> None:
    kept = kept_form(replace(report, file="secret-name.png"))
    assert "secret" not in json.dumps(kept)


def test_it_is_told_in_the_same_words(db: None) -> None:
    report = altered_report()
    assert shown(restored(kept_form(report), file=report.file)) == shown(report)


def test_it_has_no_pictures() -> None:
    kept = kept_form(altered_report(views=three_views()))
    assert len(json.dumps(kept)) < 3000
    assert restored(kept, file="").views is None


def test_it_keeps_what_became_of_the_picture_beside_the_consent_that_ended() -> None:
    origin = MarkedHere("0123456789", State.ALTERED, consent=State.CONSENT_ENDED, consent_since="2026-11-23")
    report = Report("a.png", Verdict.CONFIRMED, origin, ())
    again = restored(json.loads(json.dumps(kept_form(report))), file="a.png")
    assert again.marked_here == origin
    assert origin.told is State.CONSENT_ENDED
