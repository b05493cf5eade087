"""What a person offers instead of what they were asked for, with the evidence that they did: sealed for them in the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.records.canonical import canonical, parse
from accounts.refusals import Refusal
from accounts.vault.sealing import Damaged, Erased, seal, unseal
from consent.grants.evidence import scope_digest
from consent.requests.models import Request
from consent.scope import Proof, Scope
from consent.scope.documents import read_scope, write_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

STANDS = timedelta(days=14)
"""How long an offer stands at the least, also where the request's own deadline is sooner."""


@dataclass(frozen=True)
class Offer:
    """A narrower scope, how surely the person offers it, and the facts that become the grant's evidence."""

    scope: Scope
    proof: Proof
    facts: Mapping[str, JSON]

    @property
    def guardian_id(self) -> str:
        """Producer id of the guardian who offers it in a child's place; "" where the person does."""
        return str(self.facts.get("guardian", ""))


def offer_columns(request: Request, person: User, offer: Offer) -> dict[str, Any]:
    """The columns of ``request`` that hold ``offer``: its proof and the digest of its scope are sealed with the facts."""
    document = write_scope(offer.scope)
    digest = scope_digest(document)
    facts = {**offer.facts, "proof": str(offer.proof), "scope_sha256": digest}
    return {
        "counter_scope": document,
        "counter_sha256": digest,
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
    digest = scope_digest(request.counter_scope)
    if not isinstance(facts, Mapping) or not digest == request.counter_sha256 == facts.get("scope_sha256"):
        raise Damaged("The counter-offer is not the one that its evidence is about.")
    return Offer(read_scope(request.counter_scope), Proof(str(facts["proof"])), facts)


def stands_until(request: Request) -> datetime:
    """Until when the requester may take the offer."""
    if request.answered_at is None:
        return request.answer_by
    return max(request.answer_by, request.answered_at + STANDS)


def require_standing(request: Request, counter_sha256: str, now: datetime) -> tuple[User, Offer]:
    """Who offers, and the offer of a countered request. Refused with ``offer_changed`` where another was read, and ``offer_gone``."""
    if counter_sha256 != request.counter_sha256:
        raise Refusal("offer_changed", _("Meanwhile this is another offer: read it again."))
    gone = Refusal("offer_gone", _("This offer does not stand any more."), status=410)
    if request.person is None or stands_until(request) <= now:
        raise gone
    try:
        offer = offer_of(request)
    except (Erased, Damaged, ValueError, KeyError):  # of a damaged row nothing can be taken
        raise gone from None
    # Nobody signs in as a child: what counts is that somebody still acts for it, which giving asks again.
    if not (request.person.is_active or offer.guardian_id):
        raise gone
    return request.person, offer


def _context(request: Request) -> str:
    return f"request.offer:{request.answer_reference}"
