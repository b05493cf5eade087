"""The report …"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.policy.removal import Clause
from marking.verification.report import (
    ALLOWED_FACTS,
    LONGEST_NAME,
    LONGEST_TEXT,
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
    Views,
    shown_name,
)

facts = st.dictionaries(
    st.sampled_from(sorted({name for allowed in ALLOWED_FACTS.values() for name in allowed}))
    | st.sampled_from(["prompt", "author", "GPSLatitude", "path", "payload", "fingerprint", "key"])
    | st.text(max_size=12),
    st.text(max_size=400) | st.integers() | st.booleans() | st.lists(st.text(max_size=9)).map(tuple),
    max_size=8,
)
pieces = st.builds(Evidence, st.sampled_from(Layer), st.sampled_from(Finding), facts)
origins = st.none() | st.builds(
    MarkedHere,
    st.just("0123456789"),
    st.sampled_from(State),
    st.lists(st.sampled_from(Layer), unique=True).map(tuple),
    st.just((Change("face", (1, 2, 3, 4), 0.91234),)),
)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_it_reports_no_field_that_is_not_on_the_list(evidence: Evidence) -> None:
    reported = evidence.as_dict()
    assert set(reported) - {"layer", "finding"} <= ALLOWED_FACTS[evidence.layer]


def test_the_list_has_no_field_for_what_is_private() -> None:
    every = {name for allowed in ALLOWED_FACTS.values() for name in allowed}
    assert not every & {"prompt", "author", "artist", "gps", "path", "user", "payload", "fingerprint", "key"}
    assert set(ALLOWED_FACTS) == set(Layer)


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=4).map(tuple), origins, st.text(max_size=300))
def test_it_is_the_public_contract_in_json(
    evidence: tuple[Evidence, ...], origin: MarkedHere | None, name: str
) -> None:
    report = Report(shown_name(name), Verdict.SUSPECTED, origin, evidence).as_dict()
    assert json.loads(json.dumps(report)) == report
    assert list(report) == ["file", "verdict", "marked_here", "conflicts", "evidence"]
    if origin:
        assert report["marked_here"] == {
            "work": "0123456789",
            "state": origin.state.value,
            "removed": [layer.value for layer in origin.removed],
            "consent_since": None,
            "refutation": None,
            "removed_marks": [],
            "changes": [{"kind": "face", "box": [1, 2, 3, 4], "confidence": 0.912}],
        }


def test_it_cuts_long_texts_and_drops_control_characters() -> None:
    evidence = Evidence(
        Layer.IMPLICIT_LABEL,
        Finding.INVALID,
        {"producer": "a\x00b\u202ec" + "x" * 999, "faults": ("d\ne", 3)},
    )
    reported = evidence.reported_facts()
    assert str(reported["producer"]).startswith("abcxxx")
    assert len(str(reported["producer"])) == LONGEST_TEXT
    assert reported["faults"] == ("de", 3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("holiday.png", "holiday.png"),
        ("a\r\nb\x1b[31m.png", "ab[31m.png"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  many   spaces .jpg", "many spaces .jpg"),
        ("照片.webp", "照片.webp"),
    ],
)
def test_it_shows_a_name_without_what_could_fool_a_reader(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_it_cuts_a_name_of_four_kilobytes() -> None:
    shown = shown_name("n" * 4096 + ".png")
    assert len(shown) == LONGEST_NAME
    assert shown.endswith("…")


def test_a_removed_mark_is_told_with_how_and_the_clauses() -> None:
    mark = RemovedMark(Layer.WATERMARK, How.MISSING, (Clause.LABELLING_MEASURES, Clause.DEEP_SYNTHESIS))
    assert mark.as_dict() == {
        "layer": "watermark",
        "how": "missing",
        "clause": "Labelling Measures Art. 10; Deep Synthesis Provisions Art. 18",
    }
    assert RemovedMark(Layer.CREDENTIAL, How.REPLACED).as_dict()["clause"] == ""


def test_the_pictures_for_the_page_are_no_part_of_the_contract() -> None:
    report = Report("a.png", Verdict.CONFIRMED, None, (), ("copied_label",), Views(b"1", b"2", b"3"))
    assert report.as_dict()["conflicts"] == ["copied_label"]
    assert set(report.as_dict()) == {"file", "verdict", "marked_here", "conflicts", "evidence"}
    assert "1" not in repr(report.views)
