from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from consent.scope import CLAUSES, Deny, Grant, Proof, Use, decide
from tests.consent.scope.broken import BROKEN, CASES
from tests.consent.scope.cases import NOW, denied


def test_it_knows_sixteen_clauses_and_each_is_broken_five_times() -> None:
    assert [clause.name for clause in CLAUSES] == list(BROKEN)
    assert len(CLAUSES) == 16
    assert min(len(cases) for cases in BROKEN.values()) >= 5


@pytest.mark.parametrize(("clause", "use", "grant"), CASES)
def test_it_names_the_one_clause_that_a_use_breaks(clause: str, use: Use, grant: Grant) -> None:
    # Money that nobody speaks of also asks for a signature, which this grant has.
    assert denied(use, replace(grant, proof=Proof.SPOKEN)) == [clause]


@pytest.mark.parametrize(("clause", "use", "grant"), CASES)
def test_it_says_what_was_granted_and_asked_in_json(clause: str, use: Use, grant: Grant) -> None:
    decision = decide(use, [grant], NOW)
    assert isinstance(decision, Deny)
    assert json.loads(json.dumps(asdict(decision)))["trace"][-1]["grant"] == "grant-1"
