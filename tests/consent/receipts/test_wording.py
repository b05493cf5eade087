from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from accounts.identity.levels import Level
from consent.receipts.checking import Checked, Standing
from consent.receipts.document import Happening
from consent.receipts.wording import SENTENCES, sections, standing_sentence
from consent.scope import GrantState, Proof
from tests.consent.receipts.examples import FACTS, NOW, SCOPE, document


def _words(language: str = "en", **changes: Any) -> dict[str, str]:
    with translation.override(language):
        return {name: value for section in sections(document(**changes)) for name, value in section.rows}


def test_it_says_every_clause() -> None:
    said = _words()
    assert said["What of the person"] == "face, voice"
    assert said["Audience"] == "listed people (Friends)"
    assert said["Time"] == "from 2026-11-22 11:49+08:00 until 2027-02-21 11:49+08:00"
    assert said["Number and length"] == "3 files of at most 60 seconds"
    assert said["Content"] == "these themes only (春节晚会, 䶮)"
    assert said["Approval of the finished file"] == "only after the person saw and approved it"
    with translation.override("en"):
        clauses = sections(document())[1]
    assert len(clauses.rows) == 16


def test_it_says_the_plainer_clauses_plainly() -> None:
    plain = SCOPE | {
        "seconds": 0,
        "binding": "purpose",
        "bound_to": [],
        "may_sublicense": False,
        "needs_preview": False,
    }
    said = _words(granted=replace(FACTS.granted, scope=plain))
    assert said["Number and length"] == "3 files"
    assert said["Content"] == "any, for the agreed purpose"
    assert said["Approval of the finished file"] == "no"


def test_it_names_what_it_updates_and_what_happened() -> None:
    said = _words(
        previous="the one before",
        history=[Happening(NOW, "x", "dpv:DataSubject", GrantState.WITHDRAWN)],
        logged=None,
    )
    assert said["Updates the receipt"] == "the one before"
    assert said["2026-11-23 17:30+08:00"] == "withdrawn"
    assert "Entry" not in said
    assert said["Witness"].startswith("Not witnessed")


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "Identity of whoever agreed", "not verified by a third party"),
        ("zh-hans", "作出同意者的身份", "未经第三方核验"),
    ],
)
def test_it_calls_no_identity_more_than_it_is(level: Level, language: str, name: str, words: str) -> None:
    assured = replace(FACTS.assured, identity=level.name.lower())
    assert (words in _words(language, assured=assured)[name]) is (not level.is_third_party)


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize("state", GrantState)
def test_it_has_words_for_every_state_and_proof(state: GrantState, proof: Proof) -> None:
    said = _words(
        granted=replace(FACTS.granted, state=state),
        assured=replace(FACTS.assured, proof=proof.value),
        history=[Happening(NOW, "x", "dpv:DataSubject", state)],
    )
    assert "_" not in said["State when this was issued"]
    assert ":" not in said["2026-11-23 17:30+08:00"]


def test_it_says_what_became_of_the_consent() -> None:
    ended = datetime(2026, 12, 24, tzinfo=UTC)
    with translation.override("en"):
        said = [
            standing_sentence(
                Checked("valid", "", standing=each, ended_at=ended if each == "ended" else None)
            )
            for each in (*Standing, None)
        ]
    assert len(set(said)) == 5
    assert "Dec. 24, 2026" in said[3]
    assert said[-1] == ""


def test_every_answer_has_a_sentence() -> None:
    from consent.receipts import checking, verify_offline

    assert set(SENTENCES) == {*verify_offline.SENTENCES, checking.NOT_ON_RECORD}
