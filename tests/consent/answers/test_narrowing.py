from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from consent.answers.narrowing import is_narrower, widened
from consent.scope import (
    ANY_CHANNEL,
    CLAUSES,
    Allow,
    Audience,
    Binding,
    Element,
    GrantState,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Scope,
    Withdrawal,
    decide,
)
from tests.consent.scope.cases import DAY, GRANT, NOW, SCOPE, USE, _scope_change, random_use

EXAMPLES = 5_000
WIDER: list[tuple[str, dict[str, Any]]] = [
    ("element", {"elements": frozenset({Element.FACE, Element.VOICE})}),
    ("operation", {"operations": frozenset({Operation.DUBBING})}),
    ("purpose", {"purposes": frozenset({Purpose.EDUCATION, Purpose.ADVERTISING})}),
    ("medium", {"media": frozenset({Medium.LIVE})}),
    ("channel", {"channels": ANY_CHANNEL}),
    ("channel", {"channels": frozenset({"tube.example"})}),
    ("territory", {"territories": frozenset({"CN", "DE"})}),
    ("time", {"not_before": SCOPE.not_before and SCOPE.not_before - DAY}),
    ("time", {"not_after": SCOPE.not_after and SCOPE.not_after + DAY}),
    ("number", {"outputs": 4}),
    ("number", {"seconds": 31}),
    ("money", {"money": Money.SHARED}),
    ("content", {"bound_to": frozenset({"history", "love"})}),
    ("content", {"binding": Binding.PURPOSE}),
    ("content", {"binding": Binding.SCRIPT}),
    ("grantee", {"grantee": "somebody-else"}),
    ("grantee", {"may_sublicense": True}),
    ("label", {"label": LabelStrength.IMPLICIT}),
    ("preview", {"needs_preview": False}),
    ("abroad", {"may_go_abroad": True}),
    ("withdrawal", {"withdrawal": Withdrawal.STOP_NEW}),
]


@pytest.mark.parametrize(("clause", "change"), WIDER)
def test_it_names_the_clause_that_goes_beyond(clause: str, change: dict[str, Any]) -> None:
    assert widened(replace(SCOPE, **change), SCOPE) == (clause,)


@pytest.mark.parametrize(
    ("new", "old", "is_within"),
    [
        ((Audience.PRIVATE, ()), (Audience.NAMED, ("ada",)), True),
        ((Audience.NAMED, ("ada",)), (Audience.NAMED, ("ada", "bob")), True),
        ((Audience.NAMED, ("ada", "bob")), (Audience.NAMED, ("ada",)), False),
        ((Audience.NAMED, ("ada",)), (Audience.PUBLIC, ()), True),
        ((Audience.ORGANISATION, ("ada",)), (Audience.NAMED, ("ada",)), False),
        ((Audience.PUBLIC, ()), (Audience.PUBLIC, ()), True),
    ],
)
def test_it_compares_who_is_reached(new: Any, old: Any, is_within: bool) -> None:
    narrow, wide = (replace(SCOPE, audience=who, recipients=frozenset(names)) for who, names in (new, old))
    assert is_narrower(narrow, wide) is is_within


@pytest.mark.parametrize("clause", [each.name for each in CLAUSES])
def test_it_calls_nothing_narrower_that_leaves_a_clause_open(clause: str) -> None:
    assert clause in widened(Scope(), SCOPE)
    assert clause in widened(SCOPE, Scope())


@pytest.mark.parametrize("seed", [1])
def test_it_never_allows_what_the_wider_scope_does_not(seed: int) -> None:
    """Any use that the narrower scope allows, the wider allows, too."""
    random, met = Random(seed), 0
    for _ in range(EXAMPLES):
        old = _changed(random, SCOPE, (0, 0, 1, 2))
        new = _changed(random, old, (1, 1, 2, 3))
        use = replace(random_use(random), content=frozenset())
        if is_narrower(new, old) and isinstance(_decided(use, new), Allow):
            met += 1
            assert isinstance(_decided(use, old), Allow), (new, old, use)
    assert met > 80


def _changed(random: Random, scope: Scope, counts: tuple[int, ...]) -> Scope:
    for _ in range(random.choice(counts)):
        scope = replace(scope, **_scope_change(random))
    return scope


def _decided(use: Any, scope: Scope) -> Any:
    grant = replace(GRANT, scope=scope, proof=Proof.SPOKEN, state=GrantState.ACTIVE, consumed=0)
    return decide(use, [grant], NOW)


def test_it_is_as_narrow_as_itself() -> None:
    assert is_narrower(SCOPE, SCOPE)
    assert isinstance(_decided(USE, SCOPE), Allow)
