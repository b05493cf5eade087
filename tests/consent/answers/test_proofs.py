from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from consent.answers.proofs import needed_proof
from consent.answers.ticks import Tick, ticks_for
from consent.scope import Allow, Audience, Medium, Money, Operation, Proof, Purpose, Scope, decide
from tests.consent.scope.cases import GRANT, NOW, SCOPE, _scope_change, random_use

PRIVATE = replace(SCOPE, audience=Audience.PRIVATE)


@pytest.mark.parametrize(
    ("scope", "years", "proof"),
    [
        (PRIVATE, 30, Proof.IDENTITY),
        (replace(PRIVATE, audience=Audience.NAMED), 18, Proof.IDENTITY),
        (PRIVATE, 17, Proof.SPOKEN),
        (PRIVATE, None, Proof.SPOKEN),
        (SCOPE, 30, Proof.SIGNED),
        (replace(PRIVATE, money=Money.SHARED), 30, Proof.SIGNED),
        (replace(PRIVATE, audience=Audience.ORGANISATION), 30, Proof.SIGNED),
        (replace(PRIVATE, purposes=frozenset({Purpose.EDUCATION, Purpose.POLITICAL})), 30, Proof.SPOKEN),
        (replace(PRIVATE, media=frozenset({Medium.STILL, Medium.INTERACTIVE})), 30, Proof.SPOKEN),
        (replace(PRIVATE, operations=frozenset({Operation.VOICE_CLONE})), 30, Proof.SPOKEN),
        (Scope(), 30, Proof.SPOKEN),
    ],
)
def test_it_asks_for_what_the_gravest_use_needs(scope: Scope, years: int | None, proof: Proof) -> None:
    assert needed_proof(scope, years=years) is proof


def test_it_is_enough_for_every_use_that_the_scope_covers() -> None:
    random, met = Random(5), 0
    for _ in range(3_000):
        scope = SCOPE
        for _ in range(random.choice((0, 1, 2, 3))):
            scope = replace(scope, **_scope_change(random))
        use = replace(random_use(random), content=frozenset())
        spoken = replace(GRANT, scope=scope, proof=Proof.SPOKEN, consumed=0)
        if use.depicted and isinstance(decide(use, [spoken], NOW), Allow):
            met += 1
            proof = needed_proof(scope, years=use.depicted[0].years)
            assert isinstance(decide(use, [replace(spoken, proof=proof)], NOW), Allow)
    assert met > 100


@pytest.mark.parametrize(
    ("change", "ticks"),
    [
        ({"audience": Audience.PRIVATE}, {Tick.EDIT}),
        ({"audience": Audience.NAMED}, {Tick.EDIT, Tick.THIRD_PARTY}),
        ({}, {Tick.EDIT, Tick.PUBLISH, Tick.THIRD_PARTY}),
        ({"audience": Audience.PRIVATE, "may_sublicense": True}, {Tick.EDIT, Tick.THIRD_PARTY}),
        ({"audience": Audience.PRIVATE, "may_go_abroad": True}, {Tick.EDIT, Tick.ABROAD}),
        (
            {"audience": Audience.PRIVATE, "purposes": frozenset({Purpose.TRAINING})},
            {Tick.EDIT, Tick.TRAINING},
        ),
    ],
)
def test_it_wants_each_separate_consent(change: dict[str, Any], ticks: set[Tick]) -> None:
    assert set(ticks_for(replace(SCOPE, **change))) == ticks


def test_it_wants_every_consent_where_nothing_is_said() -> None:
    assert ticks_for(Scope()) == tuple(Tick)
