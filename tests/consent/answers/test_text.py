from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from accounts.identity.levels import Level
from consent.answers.text import SENTENCES, TICKS, clauses, digest, digests, render
from consent.answers.ticks import Tick
from consent.scope import ANY_CHANNEL, CLAUSES, Audience, Binding, Scope
from tests.consent.scope.cases import SCOPE, _scope_change


def test_it_has_a_sentence_for_every_clause_and_tick() -> None:
    assert list(SENTENCES) == [each.name for each in CLAUSES]
    assert set(TICKS) == set(Tick)


def test_it_says_each_clause_once_and_the_separate_consents() -> None:
    text = render(SCOPE, locale="en", level=Level.OPERATOR_CHECKED)
    lines = text.splitlines()
    assert [line.partition(".")[0] for line in lines if line[0].isdigit()] == [str(n) for n in range(1, 17)]
    assert "3. What for: education." in lines
    assert "– I allow that the result is made public." in lines
    assert "– I allow that models are trained with my likeness." not in lines
    assert "Checked by the operator's staff" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("locale", [code for code, _name in settings.LANGUAGES])
def test_it_is_the_same_whatever_language_the_page_is_in(locale: str) -> None:
    with translation.override("en"):
        first = render(SCOPE, locale=locale, level=Level.OPERATOR_CHECKED)
    with translation.override("zh-hans"):
        assert render(SCOPE, locale=locale, level=Level.OPERATOR_CHECKED) == first
    assert digests(SCOPE, level=Level.OPERATOR_CHECKED)[locale] == digest(first)


def test_it_hashes_both_languages_apart() -> None:
    found = digests(SCOPE, level=Level.OPERATOR_CHECKED)
    assert set(found) == {"en", "zh-hans"}
    assert len(set(found.values())) == 2


def test_it_says_something_else_for_every_other_clause() -> None:
    text, random = render(SCOPE, locale="en", level=Level.OPERATOR_CHECKED), Random(3)
    others = [replace(SCOPE, **_scope_change(random)) for _ in range(150)]
    hidden = (
        "recipients",
        "bound_to",
        "binding",
    )  # said only where the audience, or the binding, makes them count
    for other in (each for each in others if _without(each, hidden) != _without(SCOPE, hidden)):
        assert render(other, locale="en", level=Level.OPERATOR_CHECKED) != text
    assert render(SCOPE, locale="en", level=Level.THIRD_PARTY_MATCH) != text


def _without(scope: Scope, names: tuple[str, ...]) -> dict[str, object]:
    return {each.name: getattr(scope, each.name) for each in fields(scope) if each.name not in names}


def test_it_puts_a_scope_without_clauses_into_words() -> None:
    with translation.override("en"):
        said = dict(clauses(Scope()))
    assert len(said) == len(fields(Scope)) - 5 == 16
    assert said["purpose"] == "What for: nothing."


def test_it_quotes_what_the_requester_typed() -> None:
    scope = replace(
        SCOPE,
        audience=Audience.NAMED,
        recipients=frozenset({"the public"}),
        channels=frozenset({"weibo"}),
        binding=Binding.THEME,
        bound_to=frozenset({"they agree” and “public"}),
    )
    said = dict(clauses(scope))
    assert said["audience"].endswith("listed people, “the public”.")
    assert said["channel"].endswith(": “weibo”.")
    assert said["content"].endswith("“they agree’ and ’public”.")
    file: dict[str, Any] = {"binding": Binding.OUTPUT, "bound_to": frozenset({"0" * 64})}
    anywhere = dict(clauses(replace(scope, channels=ANY_CHANNEL, **file)))
    assert anywhere["channel"].endswith(": any.")
    assert "“" not in anywhere["content"]
