"""The words of a report …"""

from __future__ import annotations

import pytest
from django.utils.translation import override

from marking.marks.credential.reading import CAPTURED_TERMS, GENERATED_TERMS
from marking.verification import wording
from marking.verification.generators.source_types import COMPOSED, EDITED, GENERATED
from marking.verification.report import (
    ALLOWED_FACTS,
    Change,
    Evidence,
    Fact,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    State,
    Verdict,
)
from marking.verification.source_type_wording import SOURCE_TYPES
from tests.marking.verification.test_weighing import CAN_FIND


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with override("en"):
        yield


def test_there_is_a_sentence_for_every_verdict_and_layer() -> None:
    assert set(wording.VERDICTS) == set(Verdict)
    assert set(wording.TITLES) == set(Layer)
    assert "proves nothing" in wording.verdict_sentence(Verdict.NO_LABEL_FOUND)


@pytest.mark.parametrize("layer", list(Layer))
def test_there_is_a_sentence_for_everything_that_a_layer_can_find(layer: Layer) -> None:
    findings = {finding for finding, _ in CAN_FIND[layer]}
    if not findings & {Finding.UNREGISTERED} or layer is Layer.WATERMARK:
        findings.add(Finding.NOT_FOUND)
    assert {finding for each, finding in wording.FINDINGS if each is layer} == findings
    assert all(wording.finding_sentence(layer, finding).endswith(".") for finding in findings)


@pytest.mark.parametrize(
    ("reason", "word"),
    [("several_pages", "several pages"), ("out_of_time", "too long"), ("never heard of", "damaged")],
)
def test_an_inconclusive_layer_says_why(reason: str, word: str) -> None:
    assert word in wording.finding_sentence(Layer.WATERMARK, Finding.INCONCLUSIVE, reason)


@pytest.mark.parametrize(("finding", "integrity"), [(Finding.VALID, "intact"), (Finding.INVALID, "broken")])
def test_a_broken_history_is_said_beside_what_a_credential_is(finding: Finding, integrity: str) -> None:
    facts: dict[str, Fact] = {"integrity": integrity, "history": ""}
    whole = wording.evidence_sentence(Evidence(Layer.CREDENTIAL, finding, facts))
    broken = wording.evidence_sentence(Evidence(Layer.CREDENTIAL, finding, facts | {"history": "broken"}))
    assert whole == wording.finding_sentence(Layer.CREDENTIAL, finding)
    assert broken == f"{whole} Something this file was made from does not match its own content credential."


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-22T21:46:42+00:00", "Nov. 23, 2026, 5:46 a.m."),
        ("2026-13-45T00:00:00Z", "2026-13-45"),
        ("soon", "soon"),
    ],
)
def test_it_writes_a_time_as_the_reader_does_if_it_is_one(moment: str, shown: str) -> None:
    ((_, value),) = wording.details({"signed_at": moment})
    assert value.startswith(shown)


LABEL, BOTH = (Layer.IMPLICIT_LABEL,), (Layer.IMPLICIT_LABEL, Layer.WATERMARK)
ADDED = Change("added", (1, 2, 3, 4), 0.9)
COPY = Evidence(Layer.HASH, Finding.UNREGISTERED)


@pytest.mark.parametrize(
    ("origin", "ending"),
    [
        (MarkedHere("W", State.INTACT), "smaller changes to the picture are not ruled out."),
        (
            MarkedHere("W", State.MARKS_REMOVED, BOTH),
            "these marks are gone or no longer match: Metadata label, Watermark.",
        ),
        (MarkedHere("W", State.ALTERED), "or the marks were carried over to another picture."),
        (MarkedHere("W", State.ALTERED, LABEL), "picture. Not in this file: Metadata label."),
        (MarkedHere("W", State.ALTERED, is_reshaped=True), "cropped, framed or stretched."),
        (MarkedHere("W", State.ALTERED, LABEL, is_reshaped=True), "Not in this file: Metadata label."),
    ],
)
def test_what_became_of_a_work_names_the_marks(origin: MarkedHere, ending: str) -> None:
    sentence = wording.marked_here_sentence(origin, [COPY])
    assert sentence.endswith(ending)
    assert ("gone" in sentence) == (origin.state is State.MARKS_REMOVED)


def test_the_released_file_is_not_called_a_copy() -> None:
    sentence = wording.marked_here_sentence(
        MarkedHere("W", State.INTACT), [Evidence(Layer.HASH, Finding.REGISTERED)]
    )
    assert sentence == "This was marked here, and every mark is in place."


def test_a_copy_that_was_examined_in_part_is_not_said_to_have_every_mark() -> None:
    broken = Evidence(Layer.FINGERPRINT, Finding.INCONCLUSIVE, {"reason": "broke"})
    sentence = wording.marked_here_sentence(MarkedHere("W", State.INTACT), [COPY, broken])
    assert "every mark" not in sentence
    assert "not everything in it could be examined" in sentence


@pytest.mark.parametrize(
    ("fact", "value", "detail"),
    [
        ("box", (3, 4, 50, 20), ("Where", "50 × 20 pixels, 3 from the left and 4 from the top")),
        ("label", "2", ("Label", "2 (may be AI-generated)")),
        ("label", "x", ("Label", "x")),
        ("confidence", 0.914, ("Agreement", "91%")),
        ("rotation_degrees", -3.5, ("Turned by", "-3.5°")),
        ("turned", 270, ("Turned by", "270°")),
        ("rotation_degrees", -180.0, ("Turned by", "180°")),
        ("rotation_degrees", -90.0, ("Turned by", "270°")),
        ("mirrored", True, ("Mirrored", "yes")),
        ("mirrored", False, ("Mirrored", "no")),
        ("distance", 0, ("Difference", "0 of 256 bits")),
        ("tools", ("ComfyUI", "Fooocus"), ("Programs", "ComfyUI, Fooocus")),
        ("sha256", "ab", ("SHA-256", "ab")),
    ],
)
def test_a_fact_is_shown_with_its_name(fact: str, value: Fact, detail: tuple[str, str]) -> None:
    assert wording.details({fact: value}) == [detail]


def test_empty_facts_and_the_reason_are_no_details() -> None:
    assert wording.details({"faults": (), "producer": "", "reason": "broke"}) == []


def test_every_fact_that_may_be_reported_has_a_name() -> None:
    allowed = {name for names in ALLOWED_FACTS.values() for name in names}
    named = {name for name in allowed if wording.details({name: (1, 2, 3, 4) if name == "box" else 1})}
    assert named == allowed - {"reason", "history"}


def test_a_broken_history_is_said_once() -> None:
    assert wording.details({"history": "broken"}) == []


def test_a_development_certificate_is_called_one() -> None:
    facts: dict[str, Fact] = {"trust_list": "this_site_development", "signer": "listed"}
    sentence = wording.evidence_sentence(Evidence(Layer.CREDENTIAL, Finding.VALID, facts))
    assert "its own development certificate" in sentence
    details = dict(wording.details(facts))
    assert details["Signer"] == "this site, with its own development certificate"
    listed = wording.evidence_sentence(Evidence(Layer.CREDENTIAL, Finding.VALID, {"trust_list": "c2pa"}))
    assert "on a list" in listed


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("trainedAlgorithmicMedia", "created by a generative model (trainedAlgorithmicMedia)"),
        ("digitalCapture", "taken by a digital camera (digitalCapture)"),
        ("neverHeardOf", "neverHeardOf"),
    ],
)
def test_a_source_type_is_told_in_words(term: str, shown: str) -> None:
    assert wording.details({"digital_source_type": term}) == [("IPTC digital source type", shown)]


def test_there_are_words_for_every_source_type_that_is_reported() -> None:
    reported = {*GENERATED, *EDITED, *COMPOSED, *GENERATED_TERMS, *CAPTURED_TERMS}
    assert reported <= set(SOURCE_TYPES)


@pytest.mark.parametrize(
    ("origin", "part"),
    [
        (MarkedHere("W", State.ALTERED, changes=(ADDED,)), "where."),
        (MarkedHere("W", State.ALTERED, LABEL, changes=(ADDED,)), "Not in this file: Metadata label."),
        (MarkedHere("W", State.INTACT, is_preview=True), "This is a preview"),
        (MarkedHere("W", State.INTACT, is_compared=False), "not everything in it could be examined"),
        (MarkedHere("W", State.ALTERED, is_still=True), "It is a single picture out of an animation."),
        (
            MarkedHere(
                "W",
                State.MARKS_REMOVED,
                LABEL,
                removed_marks=(
                    RemovedMark(Layer.IMPLICIT_LABEL, How.MISSING),
                    RemovedMark(Layer.CREDENTIAL, How.NO_LONGER_MATCHES),
                ),
            ),
            "gone or no longer match: Metadata label, Content credential.",
        ),
    ],
)
def test_what_else_is_known_of_it_is_said(origin: MarkedHere, part: str) -> None:
    assert part in wording.marked_here_sentence(origin, [COPY])


def test_it_says_what_of_a_file_was_not_compared_as_it_is_seen() -> None:
    origin = MarkedHere("W", State.INTACT)
    looks = Evidence(Layer.FINGERPRINT, Finding.NOT_FOUND, {"frames": 5, "transparent": 12})
    sentence = wording.marked_here_sentence(origin, [COPY, looks])
    assert "5 pictures one after another, and only the first" in sentence
    assert "12 % of the picture are transparent" in sentence
    released = Evidence(Layer.HASH, Finding.REGISTERED)
    assert "only the first" not in wording.marked_here_sentence(origin, [released, looks])


def test_it_does_not_say_that_every_mark_is_there_where_one_could_not_be_found() -> None:
    small = Evidence(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND, {"is_readable": False})
    sentence = wording.marked_here_sentence(MarkedHere("W", State.INTACT), [COPY, small])
    assert "lost marks" in sentence
