"""What a person offers instead of what they were asked: their own, narrower scope, which they signed.

Its evidence waits in the request, sealed under the person's key, until the requester takes the offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.records.canonical import canonical, parse
from accounts.refusals import Refusal
from accounts.vault.sealing import Erased, seal, unseal
from consent.grants.evidence import scope_digest
from consent.requests.models import Request
from consent.scope import Scope
from consent.scope.documents import read_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

STANDS = timedelta(days=14)
"""How long an offer stands at the least, also where the request's own deadline is sooner."""


@dataclass(frozen=True)
class Offer:
    """A person's counter-offer, opened: ``facts`` become the grant's evidence."""

    person: User
    scope: Scope
    facts: Mapping[str, JSON]


def seal_facts(request: Request, person: User, facts: Mapping[str, JSON]) -> bytes:
    """Return the column ``counter_evidence`` for ``facts`` (JSON of whole numbers and text), under the person's key."""
    return seal(person, canonical(facts), context=_context(request))


def facts_of(request: Request) -> Mapping[str, JSON]:
    """Open the evidence of an offer. Raises Erased or Damaged (:mod:`accounts.vault.sealing`)."""
    if request.person is None or request.counter_evidence is None:
        raise Erased("There is no evidence of an offer.")
    facts = parse(unseal(request.person, request.counter_evidence, context=_context(request)))
    if not isinstance(facts, Mapping):
        raise TypeError(f"expected an object, found {type(facts).__name__}")
    return facts


def stands_until(request: Request) -> datetime:
    """Until when the requester may take the offer."""
    if request.answered_at is None:
        return request.answer_by
    return max(request.answer_by, request.answered_at + STANDS)


def require_standing_offer(request: Request, counter_sha256: str, now: datetime) -> Offer:
    """The offer of a countered request. Refused with ``offer_changed`` and ``offer_gone``."""
    document = request.counter_scope or {}
    if counter_sha256 != request.counter_sha256 or scope_digest(document) != request.counter_sha256:
        raise Refusal("offer_changed", _("Meanwhile this is another offer: read it again."))
    gone = Refusal("offer_gone", _("This offer does not stand any more."), status=410)
    if request.person is None or not request.person.is_active or stands_until(request) <= now:
        raise gone
    try:
        return Offer(request.person, read_scope(document), facts_of(request))
    except Erased:
        raise gone from None


def _context(request: Request) -> str:
    return f"request.counter:{request.reference}"
