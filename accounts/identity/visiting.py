"""Sending somebody to a provider and taking them back."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import attempts, questions
from accounts.identity.asking import back_address
from accounts.identity.models import IdentityQuestion
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import Journey
from accounts.identity.queries import open_claim_of
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

AWAY_SECONDS = 30
"""How long a provider that did not answer is not asked again: tries at it count for nothing, and each holds up a web process for seconds."""
AWAY = "identity.provider-away"
"""Under which key of the cache it is noted."""
SECRET_BYTES = 32  # 256 bits: more than RFC 7636 section 4.1 and RFC 6749 section 10.10 ask for


def leave(*, by: User, network: bytes = b"", now: datetime | None = None) -> str:
    """Begin a visit of ``by`` to the installation's provider and answer the address to go to.

    Refused with ``no_provider``, ``claim_open``, ``too_many_checks`` and ``provider_unavailable``.
    """
    now, provider = now or timezone.now(), registry.visited()
    if provider is None:
        raise Refusal("no_provider", _("This site sends nobody to an identity provider."), status=404)
    if open_claim_of(by) is not None:
        raise Refusal(
            "claim_open", _("This account already has a real name that is accepted or waits for a decision.")
        )
    if cache.get(AWAY):
        raise _unavailable()
    tries = questions.keys_of(by, b"", network)
    if not attempts.take(tries, now):
        raise Refusal(
            "too_many_checks",
            _(
                "That was often. Try again later, or state name and document: the operator's staff then decides."
            ),
            status=429,
        )
    journey, state = Journey(_secret(), _secret()), _secret()
    visit = provider.begin(journey, state, back_address())
    if visit is None:
        attempts.give_back(tries)
        cache.set(AWAY, True, AWAY_SECONDS)
        raise _unavailable()
    questions.put_visit(by, provider.name, journey, state, network, now, session=visit.session)
    return visit.address


def come_back(
    *, by: User, state: str, code: str, issuer: str, now: datetime | None = None
) -> IdentityQuestion:
    """Take the code that the browser of ``by`` brought, or the word that they are back, for the worker to fetch the answer.

    ``code``: empty where the provider gives none. ``issuer``: what the answer says of who gave it (RFC 9207), empty where it says nothing. Refused with ``visit_unknown``
    for an answer to no visit of theirs, or to one that ended.
    """
    provider = registry.visited()
    is_ours = provider is not None and issuer in {"", provider.issuer} and bool(code) is provider.brings_code
    question = questions.bring_back(by, state, code, now or timezone.now()) if is_ours else None
    if question is None:
        raise Refusal(
            "visit_unknown",
            _("This answer belongs to no visit of yours that is still open. Start again from this page."),
            status=400,
        )
    return question


def _unavailable() -> Refusal:
    sentence = _("The identity provider does not answer. Try again later, or state name and document here.")
    return Refusal("provider_unavailable", sentence, status=503)


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
