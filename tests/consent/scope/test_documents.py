from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.scope import Deny, Scope, decide
from consent.scope.documents import LONGEST_LIST, LONGEST_TEXT, read_scope, unread, write_scope
from tests.consent.scope.cases import GRANT, NOW, SCOPE, USE, random_grant

DOCUMENT = write_scope(SCOPE)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["face", "public", "*", "CN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


def test_it_reads_what_it_wrote() -> None:
    random = Random(3)
    for number in range(300):
        scope = random_grant(random, number).scope
        assert read_scope(json.loads(json.dumps(write_scope(scope)))) == scope


def test_it_writes_every_field_of_json_types_and_sorted() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    assert DOCUMENT["not_before"] == "2026-05-31T00:00:00+00:00"
    assert write_scope(Scope())["recipients"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("elements", ["face", "soul"]),
        ("elements", "face"),
        ("elements", [["face"]]),
        ("purposes", ["education"] * (LONGEST_LIST + 1)),
        ("audience", "everybody"),
        ("audience", ["public"]),
        ("channels", ["*", "school.example"]),
        ("channels", None),
        ("territories", ["cn"]),
        ("territories", ["*"]),
        ("territories", "CN"),
        ("not_before", "2026-05-31T00:00:00"),
        ("not_before", "soon"),
        ("not_after", 5),
        ("outputs", True),
        ("outputs", -1),
        ("seconds", 1.5),
        ("binding", ""),
        ("grantee", ""),
        ("grantee", "x" * (LONGEST_TEXT + 1)),
        ("needs_preview", "false"),
        ("may_go_abroad", 0),
        ("withdrawal", "never"),
    ],
)
def test_it_understands_nothing_by_guessing(name: str, value: Any) -> None:
    document = {**DOCUMENT, name: value}
    assert getattr(read_scope(document), name) is None
    assert unread(document) == (() if value is None else (name,))


def test_it_names_fields_that_are_missing_or_unknown() -> None:
    without = {name: value for name, value in DOCUMENT.items() if name != "money"}
    assert unread({**without, "moon": "no"}) == ("money", "moon")
    assert unread({**DOCUMENT, "territories": ["HK", "CN", "CN"]}) == ()


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(DOCUMENT)), anything, max_size=4))
def test_it_reads_any_document_and_denies_what_it_does_not_understand(broken: dict[str, Any]) -> None:
    document = {**DOCUMENT, **broken}
    scope = read_scope(document)
    if unread(document):
        stripped = {name: value for name, value in document.items() if name not in unread(document)}
        assert write_scope(read_scope(stripped)) == write_scope(scope)
    if any(getattr(scope, name) is None for name in ("elements", "purposes", "money", "not_after", "label")):
        grant = type(GRANT)(GRANT.id, 1, "ada", GRANT.state, GRANT.proof, scope)
        assert isinstance(decide(USE, [grant], NOW), Deny)
