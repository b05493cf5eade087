"""How surely a person must grant a scope: as surely as the gravest use that it covers needs. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from consent.scope import Depicted, Grant, GrantState, LawProfile, Proof, Scope, Use, required_proof
from consent.scope.clauses import Case

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def needed_proof(scope: Scope, *, years: int | None) -> Proof:
    """Return the proof that every use under ``scope`` would need at the most, for a person of ``years``; None is not known.

    The use of everything that is granted at once is the gravest: each rule looks for one word among those of the use.
    """
    depicted = Depicted("", scope.elements, scope.operations, years)
    use = Use(
        depicted=(depicted,),
        purposes=scope.purposes,
        media=scope.media,
        audience=scope.audience,
        money=scope.money,
    )
    nothing = Grant("", 0, "", GrantState.EXPIRED, Proof.CLAIMED, scope)
    return required_proof(Case(use, depicted, nothing, _ANY_TIME, LawProfile()))
