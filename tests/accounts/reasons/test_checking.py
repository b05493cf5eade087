from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.reasons.checking import Code, check
from accounts.reasons.schema import (
    EEA,
    LONGEST,
    Automation,
    Category,
    ContentType,
    GroundKind,
    Keyword,
    Source,
    Visibility,
)

GOOD: dict[str, Any] = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "Civil Code Art. 1019",
    "illegal_content_explanation": "It shows somebody who did not agree.",
    "content_type": ["CONTENT_TYPE_SYNTHETIC_MEDIA"],
    "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "category_specification": ["KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"],
    "territorial_scope": ["DE", "FR"],
    "content_date": "2026-02-01",
    "application_date": "2026-03-01",
    "decision_facts": "A complaint named the work.",
    "source_type": "SOURCE_ARTICLE_16",
    "automated_detection": "No",
    "automated_decision": "AUTOMATED_DECISION_FULLY",
    "puid": "b5ec958d-892a-4c11-a3f2-6a3ad597eeb1",
}
"""A statement that the database's own page of examples would take."""


def found(**changed: Any) -> set[tuple[str, Code]]:
    document = {name: value for name, value in (GOOD | changed).items() if value is not ...}
    return {(each.field, each.code) for each in check(document)}


def test_it_passes_a_good_statement() -> None:
    assert found() == set()


def test_it_passes_one_against_an_account_alone() -> None:
    changed = {"decision_visibility": ..., "decision_account": "DECISION_ACCOUNT_SUSPENDED"}
    assert found(**changed, end_date_account_restriction="2026-04-01") == set()


def test_it_passes_what_breaks_the_agreement() -> None:
    changed = {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "illegal_content_legal_ground": ...,
        "illegal_content_explanation": ...,
        "incompatible_content_ground": "Section 4",
        "incompatible_content_explanation": "It says that no label may be taken off.",
        "incompatible_content_illegal": "Yes",
    }
    assert found(**changed) == set()


@pytest.mark.parametrize(
    "name",
    [
        "decision_visibility", "decision_ground", "illegal_content_legal_ground", "illegal_content_explanation", "content_type",
        "category", "territorial_scope", "content_date", "application_date", "decision_facts", "source_type", "automated_detection",
        "automated_decision", "puid",
    ],
)  # fmt: skip
@pytest.mark.parametrize("nothing", [..., None, "", "  ", []])
def test_it_asks_for_each_required_field(name: str, nothing: Any) -> None:
    names = (
        {"illegal_content_legal_ground", "illegal_content_explanation"}
        if name == "decision_ground"
        else {name}
    )
    assert {(each, Code.MISSING) for each in names & {name}} <= found(**{name: nothing})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("decision_visibility", ["DECISION_VISIBILITY_CONTENT_HIDDEN"], Code.UNKNOWN),
        ("decision_visibility", "DECISION_VISIBILITY_CONTENT_DISABLED", Code.UNKNOWN),
        ("decision_account", "SUSPENDED", Code.UNKNOWN),
        ("category", "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR", Code.UNKNOWN),
        ("category_specification", ["KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE"], Code.UNKNOWN),
        ("category_specification", "KEYWORD_OTHER", Code.UNKNOWN),
        ("content_type", [7], Code.UNKNOWN),
        ("territorial_scope", ["CN"], Code.UNKNOWN),
        ("automated_decision", "Yes", Code.UNKNOWN),
        ("automated_detection", "AUTOMATED_DECISION_FULLY", Code.UNKNOWN),
        ("content_language", "english", Code.UNKNOWN),
        ("complainant", "somebody", Code.UNKNOWN),
        ("content_date", "1999-12-31", Code.OUT_OF_RANGE),
        ("content_date", "01.02.2026", Code.NOT_A_DATE),
        ("application_date", "2019-12-31", Code.OUT_OF_RANGE),
        ("application_date", "2038-01-02", Code.OUT_OF_RANGE),
        ("application_date", 20260301, Code.NOT_A_DATE),
        ("application_date", "2026-02-30", Code.NOT_A_DATE),
        ("end_date_visibility_restriction", "2026-02-28", Code.OUT_OF_RANGE),
        ("puid", "work 7", Code.MALFORMED),
        ("puid", "a\n", Code.MALFORMED),
        ("decision_facts", 7, Code.MALFORMED),
        ("decision_ground_reference_url", "section 4", Code.MALFORMED),
        ("decision_ground_reference_url", "http://[", Code.MALFORMED),
        ("decision_visibility_other", "shown to nobody", Code.NOT_WANTED),
        ("incompatible_content_ground", "Section 4", Code.NOT_WANTED),
        ("content_type_other", "a hologram", Code.NOT_WANTED),
        ("decision_facts", "It was lin@example.com who said so.", Code.PERSONAL_DATA),
        ("decision_facts", "电话13800138000。", Code.PERSONAL_DATA),
        ("illegal_content_explanation", "The card 11010519491231002X is shown.", Code.PERSONAL_DATA),
    ],
)  # fmt: skip
def test_it_finds(field: str, value: Any, code: Code) -> None:
    assert (field, code) in found(**{field: value})


def test_it_asks_what_other_means() -> None:
    assert found(decision_visibility=["DECISION_VISIBILITY_OTHER"]) == {
        ("decision_visibility_other", Code.MISSING)
    }
    assert found(content_type=["CONTENT_TYPE_OTHER"]) == {("content_type_other", Code.MISSING)}
    assert found(decision_monetary="DECISION_MONETARY_OTHER") == {("decision_monetary_other", Code.MISSING)}


@pytest.mark.parametrize(
    "name", ["decision_facts", "illegal_content_explanation", "illegal_content_legal_ground"]
)
def test_it_counts_characters_up_to_the_limit(name: str) -> None:
    most = LONGEST[name]
    assert found(**{name: "实" * most}) == set()
    assert found(**{name: "实" * (most + 1)}) == {(name, Code.TOO_LONG)}


WORDS = st.fixed_dictionaries(
    {
        "decision_visibility": st.lists(st.sampled_from([v.value for v in Visibility if v is not Visibility.OTHER]), min_size=1),
        "content_type": st.lists(st.sampled_from([c.value for c in ContentType if c is not ContentType.OTHER]), min_size=1),
        "category": st.sampled_from([c.value for c in Category]),
        "category_specification": st.lists(st.sampled_from([k.value for k in Keyword])),
        "territorial_scope": st.lists(st.sampled_from(EEA), min_size=1),
        "source_type": st.sampled_from([s.value for s in Source]),
        "automated_decision": st.sampled_from([a.value for a in Automation]),
        "decision_facts": st.text("abc 实据", min_size=1, max_size=5000).filter(str.strip),
    }
)  # fmt: skip


@given(WORDS)
@settings(max_examples=40, deadline=None)
def test_it_passes_all_words_of_the_schema(changed: dict[str, Any]) -> None:
    assert found(**changed) == set()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "x"]) | st.text(max_size=10), JUNK))
@settings(max_examples=60, deadline=None)
def test_it_never_raises(document: dict[str, Any]) -> None:
    assert all(each.sentence for each in check(document))
    assert check(document)


def test_the_grounds_are_two() -> None:
    assert {kind.value.removeprefix("DECISION_GROUND_") for kind in GroundKind} == {
        "ILLEGAL_CONTENT",
        "INCOMPATIBLE_CONTENT",
    }
