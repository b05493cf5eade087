"""What a receipt says: all that the specification asks for, and nothing that it must not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.canonical import canonical, parse
from consent.receipts.document import MANDATORY, missing_fields, written
from consent.receipts.document import Happening as Event
from consent.scope import GrantState
from tests.consent.receipts.examples import NOW, document


def test_it_has_every_mandatory_field() -> None:
    assert len(MANDATORY) == 25
    assert missing_fields(document()) == ()


@pytest.mark.parametrize("path", MANDATORY)
@pytest.mark.parametrize("instead", [None, "", [], {}])
def test_the_checker_misses_each_of_them(path: str, instead: object) -> None:
    changed = document()
    for holder in _holders(changed, path):
        holder[_last(path)] = instead
    assert path in missing_fields(changed)


@pytest.mark.parametrize("path", MANDATORY)
def test_the_checker_misses_one_that_is_gone_from_the_last_entry_alone(path: str) -> None:
    changed = document()
    del _holders(changed, path)[-1][_last(path)]
    assert path in missing_fields(changed)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _holders(value: Any, path: str) -> list[dict[str, Any]]:
    """The objects that hold the last step of ``path``."""
    holders = [value]
    for step in path.split(".")[:-1]:
        found = [each[step.removesuffix("[]")] for each in holders]
        holders = [entry for each in found for entry in each] if step.endswith("[]") else found
    return holders


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(JSON_VALUES, st.sampled_from(["header", "processing", "parties", "events"]))
def test_the_checker_answers_for_anything(value: Any, name: str) -> None:
    assert set(missing_fields(value)) <= set(MANDATORY)
    assert set(missing_fields({**deepcopy(document()), name: value})) <= set(MANDATORY)


def test_it_has_one_canonical_form() -> None:
    assert parse(canonical(document())) == document()


@pytest.mark.parametrize("state", GrantState)
def test_every_state_has_a_name(state: GrantState) -> None:
    (event,) = document(history=[Event(NOW, "x", "dpv:DataSubject", state)])["events"]
    expected = "yinji:Superseded" if state is GrantState.SUPERSEDED else "dpv:Consent"
    assert event["event_state"].startswith(expected)


def test_a_renewed_consent_says_so() -> None:
    renewal = Event(NOW, "x", "dpv:DataSubject", GrantState.ACTIVE, is_renewal=True)
    assert document(history=[renewal])["events"][0]["event_state"] == "dpv:RenewedConsentGiven"


def test_it_says_that_nobody_outside_witnessed_it() -> None:
    assert document()["log"]["witness"]["code"] == "not_witnessed"
    assert document(logged=None)["log"] == {"witness": {"code": "not_witnessed", "words": ""}}


def test_each_purpose_has_an_entry_of_its_own() -> None:
    purposes = document()["processing"]["purposes"]
    assert [each["purpose"] for each in purposes] == ["education", "entertainment"]


def test_it_writes_times_in_utc() -> None:
    assert written(NOW) == "2026-11-23T09:30:00Z"
