from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from consent import scope
from consent.scope import CLAUSES, CONDITIONS, Deny, Grant, Proof, Uncovered, Use, decide
from consent.wording import CLAUSES as NAMES
from consent.wording import WORDS, in_words, sentence
from tests.consent.scope.broken import CASES
from tests.consent.scope.cases import GRANT, NOW, USE

LADDERS_AND_LISTS = (
    scope.Element, scope.Operation, scope.Purpose, scope.Medium, scope.Audience, scope.Money, scope.LabelStrength,
    scope.Withdrawal, scope.Proof, scope.GrantState,
)  # fmt: skip


def refusal(use: Use, grant: Grant) -> Uncovered:
    decision = decide(use, [replace(grant, proof=Proof.SPOKEN)], NOW)
    assert isinstance(decision, Deny)
    return decision.trace[0]


def test_it_names_every_clause() -> None:
    assert {each.name for each in (*CONDITIONS, *CLAUSES)} | {"grant", "depicted", "faces"} == set(NAMES)


@pytest.mark.parametrize("kind", LADDERS_AND_LISTS)
def test_it_has_a_word_for_every_code(kind: type[scope.Element]) -> None:
    assert {str(each) for each in kind} <= set(WORDS)


@pytest.mark.parametrize(("clause", "use", "grant"), CASES)
def test_it_says_every_refusal_in_both_languages(clause: str, use: Use, grant: Grant) -> None:
    missing = refusal(use, grant)
    with translation.override("en"):
        english = sentence(missing)
    with translation.override("zh-hans"):
        chinese = sentence(missing)
    assert english.startswith(str(NAMES[clause]))
    assert (english[-1], chinese[-1]) == (".", "。")
    assert not {"None", "["} & set(english.split())


@pytest.mark.parametrize(
    ("granted", "asked", "clause", "expected"),
    [
        (["education"], ["advertising"], "purpose", "Purpose: agreed is education; asked for is advertising and endorsement."),
        ([2, 30], [3, 30], "number", "Number and length: agreed is 2 files of at most 30 seconds; asked for is 3 files of at most 30 seconds."),
        ([1, 0], [2, 0], "number", "Number and length: agreed is 1 file; asked for is 2 files."),
        ([None, 30], [1, 1], "number", "Number and length: agreed is nothing; asked for is 1 file of at most 1 second."),
        (["studio", False], ["studio", True], "grantee", "Who may use it: agreed is studio; asked for is studio and others in their place."),
        (["theme", ["history"]], "love", "content", "Content: agreed is these themes only, history; asked for is love."),
        (["purpose", []], None, "content", "Content: agreed is any, for the agreed purpose; asked for is nothing."),
        (True, "1" * 64, "preview", "Approval of the finished file: agreed is only after the person saw and approved it; asked for is approval of another file."),
        (False, True, "abroad", "Disclosure abroad: agreed is no; asked for is yes."),
        (["*"], ["tube.example"], "channel", "Channels: agreed is any; asked for is tube.example."),
    ],
)  # fmt: skip
def test_it_puts_values_into_words(granted: object, asked: object, clause: str, expected: str) -> None:
    with translation.override("en"):
        assert sentence(Uncovered("ada", "grant-1", clause, granted, asked)) == expected  # type: ignore[arg-type]


def test_it_says_when() -> None:
    missing = refusal(replace(USE, ends_at=USE.ends_at and USE.ends_at.replace(year=2030)), GRANT)
    with translation.override("en"):
        assert "2030" in sentence(missing)


@pytest.mark.parametrize(
    ("clause", "asked", "expected"),
    [
        ("grant", None, "There is no consent of this person to it yet."),
        ("depicted", None, "Nobody said whether a real person is depicted, and who."),
        ("floor", "intimate_content", "Nobody can allow this: intimate content."),
    ],
)
def test_it_says_what_no_grant_could_cover(clause: str, asked: str | None, expected: str) -> None:
    with translation.override("en"):
        assert sentence(Uncovered("ada", None, clause, None, asked)) == expected


def test_it_says_that_people_are_missing_for_faces() -> None:
    with translation.override("en"):
        said = sentence(Uncovered("", None, "faces", 0, 2))
    assert said == "Real people whose faces were found: 2. People named with their face: 0."


def test_it_shows_names_and_numbers_as_they_are() -> None:
    with translation.override("en"):
        assert in_words(["CN", 3, []]) == "CN, 3"
