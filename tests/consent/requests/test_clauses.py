from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.users.models import User
from consent.requests.clauses import PROOFS, proof_for, rows_of
from consent.requests.templates import TEMPLATES, scope_of, template_of
from consent.scope import CLAUSES, Audience, Proof, Purpose, Scope
from tests.consent.people import scope_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(creator: User) -> Scope:
    return scope_for(creator)


def test_it_says_every_clause_in_words_and_marks_what_is_offered_instead(scope: Scope) -> None:
    rows = rows_of(scope, replace(scope, outputs=1))
    assert [row.code for row in rows] == [clause.name for clause in CLAUSES]
    assert all(row.asked for row in rows)
    assert [row.code for row in rows if row.differs] == ["number"]
    assert not any(row.differs for row in rows_of(scope))


@pytest.mark.parametrize(
    ("change", "years", "proof"),
    [
        ({"audience": Audience.PRIVATE}, 30, Proof.IDENTITY),
        ({}, 30, Proof.SIGNED),
        ({"purposes": frozenset({Purpose.ADVERTISING})}, 30, Proof.SPOKEN),
        ({}, 17, Proof.SPOKEN),
    ],
)
def test_it_says_beforehand_how_surely_it_is_granted(
    scope: Scope, change: dict[str, object], years: int, proof: Proof
) -> None:
    assert proof_for(replace(scope, **change), years) is proof  # type: ignore[arg-type]
    assert PROOFS[proof]


def test_its_templates_ask_for_what_their_names_say(creator: User) -> None:
    from django.utils import timezone

    needed = {
        each.code: proof_for(scope_of(each, grantee=creator.producer_id, now=timezone.now()))
        for each in TEMPLATES
    }
    assert needed["private"] is Proof.IDENTITY
    assert needed["advertising"] is Proof.SPOKEN
    assert template_of("nothing") is None
