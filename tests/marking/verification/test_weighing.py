"""Weighing …"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.report import Beside, Evidence, Fact, Finding, Layer, Verdict
from marking.verification.weighing import RULES, STRENGTH, weigh

GENERATED: Mapping[str, Fact] = {"digital_source_type": "trainedAlgorithmicMedia"}

# What each layer can find, with the facts that weighing looks at.
CAN_FIND: Mapping[Layer, tuple[tuple[Finding, Mapping[str, Fact]], ...]] = {
    Layer.EXPLICIT_LABEL: ((Finding.FOUND, {}),),
    Layer.IMPLICIT_LABEL: (
        (Finding.VALID, {"label": "1"}),
        (Finding.VALID, {"label": "2"}),
        (Finding.VALID, {"label": "3"}),
        *((Finding.VALID, {"label": label, "picture": each.value}) for label in "123" for each in Beside),
        (Finding.INVALID, {}),
        (Finding.INVALID, {"reason": "broken_signature"}),
    ),
    Layer.CREDENTIAL: (
        *(
            (finding, {"digital_source_type": term})
            for finding in (Finding.VALID, Finding.UNTRUSTED, Finding.INVALID)
            for term in ("trainedAlgorithmicMedia", "")
        ),
        (Finding.VALID, {**GENERATED, "trust_list": "this_site_development"}),
    ),
    Layer.WATERMARK: ((Finding.REGISTERED, {}), (Finding.UNREGISTERED, {}), (Finding.RECOGNISED, {})),
    Layer.HASH: ((Finding.REGISTERED, {}), (Finding.UNREGISTERED, {}), (Finding.PREVIEW, {})),
    Layer.FINGERPRINT: ((Finding.NEAR_COPY, {}), (Finding.NOT_DISTINCTIVE, {})),
    Layer.GENERATOR: ((Finding.FOUND, {}),),
}
INTACT_MARKS = (
    Evidence(Layer.HASH, Finding.REGISTERED),
    Evidence(Layer.HASH, Finding.PREVIEW),
    Evidence(Layer.WATERMARK, Finding.REGISTERED),
    Evidence(Layer.WATERMARK, Finding.RECOGNISED),
    Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "1"}),
    Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "1", "picture": "same"}),
    Evidence(Layer.CREDENTIAL, Finding.VALID, {"digital_source_type": "trainedAlgorithmicMedia"}),
)


def copied(label: str, beside: Beside) -> Evidence:
    """A valid label of ours on a picture that is this beside the one it was given to."""
    return Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": label, "picture": beside.value})


def pieces_of(layer: Layer) -> st.SearchStrategy[Evidence]:
    others = ((Finding.NOT_FOUND, {}), (Finding.INCONCLUSIVE, {"reason": "broke"}))
    return st.sampled_from([Evidence(layer, *each) for each in (*CAN_FIND[layer], *others)])


reports = st.tuples(*(pieces_of(layer) for layer in Layer))


@settings(max_examples=200, deadline=None)
@given(reports, st.sampled_from(INTACT_MARKS))
def test_adding_an_intact_mark_never_lowers_the_verdict(
    evidence: tuple[Evidence, ...], mark: Evidence
) -> None:
    marked = tuple(mark if each.layer is mark.layer else each for each in evidence)
    assert STRENGTH[weigh(marked).verdict] >= STRENGTH[weigh(evidence).verdict]
    assert weigh(marked).verdict is Verdict.CONFIRMED


@settings(max_examples=200, deadline=None)
@given(reports, st.sampled_from(Layer))
def test_losing_a_layer_never_strengthens_the_verdict_beyond_inconclusive(
    evidence: tuple[Evidence, ...], lost: Layer
) -> None:
    broken = tuple(
        Evidence(lost, Finding.INCONCLUSIVE, {"reason": "broke"}) if each.layer is lost else each
        for each in evidence
    )
    ceiling = max(STRENGTH[weigh(evidence).verdict], STRENGTH[Verdict.INCONCLUSIVE])
    assert STRENGTH[weigh(broken).verdict] <= ceiling


anything = st.builds(
    Evidence,
    st.sampled_from(Layer),
    st.sampled_from(Finding),
    st.dictionaries(
        st.sampled_from(["label", "picture", "digital_source_type", "trust_list", "reason", "faults", "x"]),
        st.text(max_size=3) | st.booleans() | st.integers() | st.tuples(st.text(max_size=3)),
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(anything, max_size=9))
def test_it_weighs_whatever_it_is_given_the_same_way_twice(evidence: list[Evidence]) -> None:
    given_then = list(evidence)
    assert weigh(evidence) is weigh(evidence) in RULES
    assert evidence == given_then


@settings(max_examples=100, deadline=None)
@given(reports)
def test_removing_all_evidence_gives_no_label_found(evidence: tuple[Evidence, ...]) -> None:
    removed = [Evidence(each.layer, Finding.NOT_FOUND, each.facts) for each in evidence]
    assert weigh(removed).verdict is Verdict.NO_LABEL_FOUND


@pytest.mark.parametrize("value", "123")
def test_a_label_that_was_compared_and_fits_says_what_it_would_say_alone(value: str) -> None:
    alone = Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": value})
    assert weigh([copied(value, Beside.SAME)]) is weigh([alone])


def test_it_says_where_a_label_could_not_be_compared_with_its_picture() -> None:
    assert "could not be compared" in weigh([copied("1", Beside.NOT_COMPARED)]).sentence


def test_a_development_certificate_is_not_called_a_known_signer() -> None:
    facts = {**GENERATED, "trust_list": "this_site_development"}
    sentence = weigh([Evidence(Layer.CREDENTIAL, Finding.VALID, facts)]).sentence
    assert "development certificate" in sentence
    assert "known" not in sentence


@settings(max_examples=50, deadline=None)
@given(reports, st.randoms())
def test_the_order_of_the_evidence_does_not_matter(evidence: tuple[Evidence, ...], random: object) -> None:
    shuffled = list(evidence)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weigh(shuffled) is weigh(evidence)


def test_without_evidence_no_label_is_found() -> None:
    assert weigh(()).verdict is Verdict.NO_LABEL_FOUND
    assert weigh([Evidence(layer, Finding.NOT_FOUND) for layer in Layer]).verdict is Verdict.NO_LABEL_FOUND


def test_the_rows_stand_in_the_order_of_what_they_say() -> None:
    strengths = [STRENGTH[rule.verdict] for rule in RULES]
    assert strengths == sorted(strengths, reverse=True)


def test_every_row_says_something_else() -> None:
    assert len({rule.condition for rule in RULES}) == len({rule.sentence for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "1"}), Verdict.CONFIRMED),
        (Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "2"}), Verdict.POSSIBLE),
        (Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "3"}), Verdict.SUSPECTED),
        (Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, {"label": "1"}), Verdict.SUSPECTED),
        (
            Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, {"label": "1", "reason": "broken_signature"}),
            Verdict.SUSPECTED,
        ),
        (Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": "1", "picture": "same"}), Verdict.CONFIRMED),
        (copied("1", Beside.NOT_COMPARED), Verdict.POSSIBLE),
        (copied("2", Beside.NOT_COMPARED), Verdict.POSSIBLE),
        *((copied(label, Beside.OTHER), Verdict.SUSPECTED) for label in "123"),
        (Evidence(Layer.HASH, Finding.PREVIEW), Verdict.CONFIRMED),
        (Evidence(Layer.HASH, Finding.REGISTERED), Verdict.CONFIRMED),
        (Evidence(Layer.HASH, Finding.UNREGISTERED), Verdict.NO_LABEL_FOUND),
        (Evidence(Layer.WATERMARK, Finding.REGISTERED), Verdict.CONFIRMED),
        (Evidence(Layer.WATERMARK, Finding.RECOGNISED), Verdict.CONFIRMED),
        (Evidence(Layer.WATERMARK, Finding.UNREGISTERED), Verdict.SUSPECTED),
        (Evidence(Layer.EXPLICIT_LABEL, Finding.FOUND), Verdict.SUSPECTED),
        (Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY), Verdict.SUSPECTED),
        (Evidence(Layer.FINGERPRINT, Finding.NOT_DISTINCTIVE), Verdict.NO_LABEL_FOUND),
        (Evidence(Layer.GENERATOR, Finding.FOUND), Verdict.SUSPECTED),
        (Evidence(Layer.CREDENTIAL, Finding.VALID, GENERATED), Verdict.CONFIRMED),
        (Evidence(Layer.CREDENTIAL, Finding.UNTRUSTED, GENERATED), Verdict.POSSIBLE),
        (Evidence(Layer.CREDENTIAL, Finding.INVALID, GENERATED), Verdict.SUSPECTED),
        (Evidence(Layer.CREDENTIAL, Finding.VALID, {"digital_source_type": ""}), Verdict.NO_LABEL_FOUND),
        (Evidence(Layer.CREDENTIAL, Finding.INCONCLUSIVE), Verdict.INCONCLUSIVE),
        (Evidence(Layer.WATERMARK, Finding.INCONCLUSIVE), Verdict.INCONCLUSIVE),
    ],
)
def test_one_piece_of_evidence_gives_its_verdict(evidence: Evidence, verdict: Verdict) -> None:
    assert weigh([evidence]).verdict is verdict


@pytest.mark.parametrize("has_metadata", [True, False])
@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize("is_detected", [True, False])
def test_it_is_the_table_of_the_labelling_measures(
    has_metadata: bool, is_declared: bool, is_detected: bool
) -> None:
    """Art. 6 (1) to (3): metadata says so; else declared; else explicit label or other traces."""
    evidence = []
    if has_metadata or is_declared:
        label = "1" if has_metadata else "2"
        evidence.append(Evidence(Layer.IMPLICIT_LABEL, Finding.VALID, {"label": label}))
    if is_detected:
        evidence.append(Evidence(Layer.EXPLICIT_LABEL, Finding.FOUND))
    expected = (
        Verdict.CONFIRMED if has_metadata
        else Verdict.POSSIBLE if is_declared
        else Verdict.SUSPECTED if is_detected
        else Verdict.NO_LABEL_FOUND
    )  # fmt: skip
    assert weigh(evidence).verdict is expected
