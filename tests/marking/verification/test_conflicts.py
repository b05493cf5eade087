"""Marks contradict each other …"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification import wording
from marking.verification.conflicts import CONFLICTS, conflicts, work_of
from marking.verification.report import Evidence, Fact, Finding, Layer

A, B, C = "0123456789", "9876543210", "ABCDEFGHJK"
TERM = "digitalCapture"


def hashed(work: str) -> Evidence:
    return Evidence(Layer.HASH, Finding.REGISTERED, {"work": work})


def watermark(work: str, **facts: Fact) -> Evidence:
    return Evidence(Layer.WATERMARK, Finding.REGISTERED, {"work": work, **facts})


def label(*works: str, finding: Finding = Finding.VALID, **facts: Fact) -> Evidence:
    return Evidence(Layer.IMPLICIT_LABEL, finding, {"named_works": works, **facts})


def credential(*works: str, finding: Finding = Finding.VALID, ours: bool = True, **facts: Fact) -> Evidence:
    """A credential that names registered works, if any; ``ours``: under one of this site's certificates."""
    trust_list = "this_site" if ours else ""
    named: dict[str, Fact] = {"named_works": works, "named_work": works[0] if works else ""}
    return Evidence(Layer.CREDENTIAL, finding, {"trust_list": trust_list, **named, **facts})


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        ([], ()),
        ([hashed(A), watermark(A), label(A), credential(A)], ()),
        ([hashed(A), watermark(B)], ("watermark_of_another_work",)),
        ([watermark(A, other_works=(B,))], ("two_works_in_the_picture",)),
        (
            [Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, {"work": A, "other_works": (B,)})],
            ("two_works_in_the_picture",),
        ),
        ([watermark(A), label(B)], ("label_of_another_work",)),
        ([watermark(A), label(B, A)], ()),
        ([watermark(A), label()], ()),
        ([watermark(A), credential(B)], ("credential_of_another_work",)),
        ([watermark(A), credential(B, finding=Finding.INVALID)], ("credential_of_another_work",)),
        ([label(A), credential(B)], ("credential_of_another_work",)),
        ([watermark(A), label(B), credential(B)], ("label_of_another_work", "credential_of_another_work")),
        ([label(A, picture="other")], ("copied_label",)),
        ([label(A, picture="not_compared")], ()),
        ([watermark(B), label(A, picture="other")], ("label_of_another_work",)),
        ([credential(A, finding=Finding.INVALID, picture="other")], ("copied_credential",)),
        ([credential(A, finding=Finding.INVALID, picture="same")], ()),
        ([watermark(A), credential(ours=False)], ("foreign_credential",)),
        ([hashed(A), credential(ours=False, finding=Finding.UNTRUSTED)], ("foreign_credential",)),
        ([hashed(A), credential(ours=False, finding=Finding.INVALID)], ()),
        ([watermark(A), credential(A, ours=False)], ()),  # somebody edited ours, and says so
        ([watermark(A), credential(A, ours=False, finding=Finding.UNTRUSTED)], ()),  # or ours has run out
        ([watermark(A), credential(ours=True)], ()),  # passed on by this site
        ([credential(ours=False)], ()),
        (
            [watermark(A), credential(ours=False, capture_type=TERM)],
            ("foreign_credential", "said_to_be_captured"),
        ),
        ([label(finding=Finding.VALID), credential(ours=False, capture_type=TERM)], ("said_to_be_captured",)),
        ([label(finding=Finding.NOT_FOUND), credential(ours=False, capture_type=TERM)], ()),
        ([watermark(A), credential(A, finding=Finding.INVALID, capture_type=TERM)], ()),
        (
            [label(finding=Finding.INVALID, faults=("duplicate", "disagreeing"))],
            ("labels_disagree",),
        ),
    ],
)
def test_they_are_told_by_their_codes(evidence: list[Evidence], codes: tuple[str, ...]) -> None:
    assert conflicts(evidence) == codes


def test_a_watermark_that_was_read_but_is_not_registered_names_no_work() -> None:
    unknown = Evidence(Layer.WATERMARK, Finding.UNREGISTERED, {})
    assert work_of({Layer.WATERMARK: unknown}) == ""
    assert conflicts([unknown, label(A), credential(ours=False)]) == ()


def test_every_one_has_its_own_code_and_sentence() -> None:
    assert len({row.code for row in CONFLICTS}) == len({row.sentence for row in CONFLICTS}) == len(CONFLICTS)
    for row in CONFLICTS:
        assert wording.conflict_sentence(row.code).endswith(".")


works = st.sampled_from([A, B, C])
reports = st.tuples(
    st.none() | st.builds(hashed, works),
    st.none()
    | st.builds(
        lambda work, others: watermark(work, other_works=others), works, st.tuples() | st.tuples(works)
    ),
    st.none()
    | st.builds(
        lambda named, finding, picture: label(*named, finding=finding, picture=picture),
        st.tuples() | st.tuples(works) | st.tuples(works, works),
        st.sampled_from([Finding.VALID, Finding.INVALID, Finding.NOT_FOUND]),
        st.sampled_from(["same", "other", "not_compared"]),
    ),
    st.none()
    | st.builds(
        lambda named, finding, ours, term: credential(*named, finding=finding, ours=ours, capture_type=term),
        st.tuples() | st.tuples(works),
        st.sampled_from([Finding.VALID, Finding.UNTRUSTED, Finding.INVALID]),
        st.booleans(),
        st.sampled_from(["", TERM]),
    ),
).map(lambda pieces: [each for each in pieces if each is not None])


@settings(max_examples=150, deadline=None)
@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(evidence: list[Evidence], chance: random.Random) -> None:
    shuffled = chance.sample(evidence, len(evidence))
    assert conflicts(shuffled) == conflicts(evidence)


@settings(max_examples=150, deadline=None)
@given(reports, st.permutations([A, B, C]))
def test_it_does_not_matter_which_work_is_which(evidence: list[Evidence], others: list[str]) -> None:
    renamed = dict(zip([A, B, C], others, strict=True))

    def of(value: Fact) -> Fact:
        if isinstance(value, tuple):
            return tuple(renamed.get(str(each), each) for each in value)
        return renamed.get(str(value), value)

    moved = [
        Evidence(each.layer, each.finding, {name: of(value) for name, value in each.facts.items()})
        for each in evidence
    ]
    assert conflicts(moved) == conflicts(evidence)


@settings(max_examples=150, deadline=None)
@given(reports)
def test_marks_of_one_work_alone_never_do(evidence: list[Evidence]) -> None:
    alike = [hashed(A), watermark(A), label(A, picture="same"), credential(A, capture_type="")]
    kept = {each.layer for each in evidence}
    assert conflicts([each for each in alike if each.layer in kept]) == ()
