"""How sure a verdict is …"""

from __future__ import annotations

import pytest

from marking.verification.certainty import certainty
from marking.verification.report import Evidence, Fact, Finding, Layer, Report
from marking.verification.weighing import weigh

LABEL = Layer.IMPLICIT_LABEL
GENERATED: dict[str, Fact] = {"digital_source_type": "trainedAlgorithmicMedia"}
DEVELOPMENT: dict[str, Fact] = {"trust_list": "this_site_development"}


def certainty_of(*evidence: Evidence) -> str:
    return certainty(Report("a.png", weigh(evidence).verdict, None, evidence))


@pytest.mark.parametrize(
    ("evidence", "word"),
    [
        ((Evidence(Layer.HASH, Finding.REGISTERED), Evidence(LABEL, Finding.VALID, {"label": "1"})), "Certain"),
        ((Evidence(Layer.WATERMARK, Finding.REGISTERED),), "Practically certain"),
        ((Evidence(Layer.WATERMARK, Finding.RECOGNISED),), "Very high"),
        ((Evidence(LABEL, Finding.VALID, {"label": "1"}),), "As high as your trust"),
        ((Evidence(LABEL, Finding.VALID, {"label": "2"}),), "As high as your trust"),
        ((Evidence(LABEL, Finding.INVALID),), "Low"),
        ((Evidence(LABEL, Finding.VALID, {"label": "1", "picture": "other"}),), "Low"),
        ((Evidence(LABEL, Finding.VALID, {"label": "1", "picture": "not_compared"}),), "As high as your trust"),
        ((Evidence(Layer.CREDENTIAL, Finding.VALID, GENERATED),), "High"),
        ((Evidence(Layer.CREDENTIAL, Finding.VALID, GENERATED | DEVELOPMENT),), "Limited"),
        ((Evidence(Layer.CREDENTIAL, Finding.UNTRUSTED, GENERATED),), "Limited"),
        ((Evidence(Layer.CREDENTIAL, Finding.INVALID, GENERATED),), "Low"),
        ((Evidence(Layer.EXPLICIT_LABEL, Finding.FOUND),), "Low"),
        ((Evidence(Layer.WATERMARK, Finding.UNREGISTERED),), "Low"),
        ((Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY),), "Low"),
        ((Evidence(Layer.GENERATOR, Finding.FOUND),), "Low"),
        ((Evidence(Layer.HASH, Finding.INCONCLUSIVE),), "None either way"),
        ((), "None either way"),
    ],
)  # fmt: skip
def test_it_is_told_by_the_strongest_evidence(evidence: tuple[Evidence, ...], word: str) -> None:
    assert certainty_of(*evidence).startswith(word)


def test_a_weaker_label_beside_a_strong_credential_does_not_decide() -> None:
    label = Evidence(LABEL, Finding.VALID, {"label": "3"})
    credential = Evidence(Layer.CREDENTIAL, Finding.VALID, GENERATED)
    assert certainty_of(label, credential).startswith("High")


def test_no_evidence_that_decides_by_itself_is_left_without_words() -> None:
    pieces = [
        Evidence(layer, finding, facts)
        for layer in Layer
        for finding in Finding
        for facts in ({}, {"label": "1"}, {"label": "2"}, {"label": "3"}, GENERATED)
    ]
    silent = {weigh([each]).condition for each in pieces if not certainty_of(each)}
    assert silent == set()
