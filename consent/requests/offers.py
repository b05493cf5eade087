"""What a person offers instead of what they were asked for, with the evidence that they did: sealed for them in the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from accounts.records.canonical import canonical, parse
from accounts.vault.sealing import Damaged, seal, unseal
from consent.requests.models import Request
from consent.scope import Proof, Scope
from consent.scope.documents import read_scope, write_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


@dataclass(frozen=True)
class Offer:
    """A narrower scope, how surely the person offers it, and the facts that become the grant's evidence."""

    scope: Scope
    proof: Proof
    facts: Mapping[str, JSON]


def offer_columns(request: Request, person: User, offer: Offer) -> dict[str, Any]:
    """The columns of ``request`` that hold ``offer``."""
    document = write_scope(offer.scope)
    facts = {**offer.facts, "proof": str(offer.proof)}
    return {
        "counter_scope": document,
        "counter_sha256": _digest(document),
        "counter_proof": offer.proof,
        "counter_evidence": seal(person, canonical(facts), context=_context(request)),
    }


def offer_of(request: Request) -> Offer:
    """Open the offer in ``request``. The proof is what was sealed with the facts, whatever the column says.

    Raises :class:`~accounts.vault.sealing.Erased`, and :class:`~accounts.vault.sealing.Damaged` where there is none or its parts do not
    belong together.
    """
    if request.person is None or request.counter_evidence is None or request.counter_scope is None:
        raise Damaged("expected a request with a counter-offer, found one without")
    facts = parse(unseal(request.person, request.counter_evidence, context=_context(request)))
    digest = _digest(request.counter_scope)
    if not isinstance(facts, Mapping) or not digest == request.counter_sha256 == facts.get("scope_sha256"):
        raise Damaged("The counter-offer is not the one that its evidence is about.")
    return Offer(read_scope(request.counter_scope), Proof(str(facts["proof"])), facts)


def _digest(document: Mapping[str, JSON]) -> str:
    return sha256(canonical(document)).hexdigest()


def _context(request: Request) -> str:
    return f"request.offer:{request.answer_reference}"
