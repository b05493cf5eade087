"""Giving a grant. How it ends stands in :mod:`consent.withdrawal.services`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guardians.queries import acts_for
from accounts.identity.ages import band_of, birthday_of
from accounts.refusals import Refusal
from consent import clock
from consent.grants import bounds
from consent.grants.evidence import attach, scope_digest
from consent.grants.lifecycle import enter, move
from consent.grants.models import Grant
from consent.grants.states import STANDING
from consent.scope import ADULT_AGE, GUARDIAN_AGE, VERSION, GrantState, Proof, Scope
from consent.scope.documents import write_scope
from consent.signals import grant_changed, grant_given

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from consent.requests.models import Request


def give(
    *,
    person: User,
    grantee: User,
    scope: Scope,
    proof: Proof,
    facts: Mapping[str, JSON],
    request: Request | None = None,
    guardian: User | None = None,
    renews: Grant | None = None,
    restores: bool = False,
    now: datetime | None = None,
) -> Grant:
    """Write the grant that ``person`` gave, with the evidence in ``facts``. Whoever calls has checked that they did.

    ``renews``: the grant that this one follows, which is then superseded, unless it has ended before. ``restores``: it stands in the
    place of that one, with what was used of it, and without another day to think it over.

    Refused with ``scope_incomplete`` where a clause is not said, ``scope_not_theirs`` where it names another grantee, ``term_invalid``
    where it does not end within ten years (of a minor: five, and before they come of age), and ``guardian_needed`` or
    ``guardian_not_needed`` where it is for the other to say.
    """
    now = clock.now(now)
    outputs, ends_at = _bounds_of(scope, grantee, now)
    _require_age(person, guardian, scope, now)
    document = write_scope(scope)
    with transaction.atomic():
        cools = bounds.cools(scope) and not restores
        grant = Grant.objects.create(
            person=person,
            grantee=grantee,
            guardian=guardian,
            request=request,
            renews=renews,
            state=GrantState.PENDING_COOLING if cools else GrantState.ACTIVE,
            vocabulary=VERSION,
            scope=document,
            scope_sha256=scope_digest(document),
            outputs=outputs,
            consumed=renews.consumed if renews and restores else 0,
            given_at=now,
            cools_until=now + bounds.COOLING if cools else None,
            ends_at=ends_at,
        )
        attach(grant, proof=proof, facts=facts)
        told: dict[str, JSON] = {"consumed": grant.consumed, "renews": str(renews.pk) if renews else None}
        enter(grant, by=guardian or person, now=now, body=told)
        if renews is not None and renews.state in STANDING:
            move(renews, GrantState.SUPERSEDED, by=guardian or person, now=now)
            grant_changed.send(sender=Grant, grant=renews, by=guardian or person, now=now)
        grant_given.send(sender=Grant, grant=grant, now=now)
    return grant


def _bounds_of(scope: Scope, grantee: User, now: datetime) -> tuple[int, datetime]:
    """How many outputs ``scope`` grants, and until when."""
    unsaid = bounds.unsaid(scope)
    if unsaid or scope.outputs is None or scope.not_after is None:
        sentence = _("A consent says every clause; these are open: %(clauses)s.")
        raise Refusal("scope_incomplete", sentence % {"clauses": ", ".join(unsaid)}, status=422)
    if scope.grantee != grantee.producer_id:
        raise Refusal(
            "scope_not_theirs", _("The consent names somebody else as the one who may use it."), status=422
        )
    if not bounds.is_within_term(scope, now):
        raise Refusal("term_invalid", _("A consent ends, and at most ten years after it began."), status=422)
    return scope.outputs, scope.not_after


def _require_age(person: User, guardian: User | None, scope: Scope, now: datetime) -> None:
    years = band_of(person, now)
    is_child = years is not None and years < GUARDIAN_AGE
    if is_child and (guardian is None or not acts_for(guardian, person)):
        raise Refusal(
            "guardian_needed", _("For a child under 14 a confirmed guardian has to agree."), status=403
        )
    if guardian is not None and not is_child:
        raise Refusal("guardian_not_needed", _("Whoever is 14 or older says so themselves."), status=403)
    coming_of_age = birthday_of(person, ADULT_AGE)
    if years is None or years >= ADULT_AGE or coming_of_age is None:
        return
    midnight = timezone.make_aware(datetime.combine(coming_of_age, time.min))
    if not bounds.is_within_childhood(scope, midnight):
        sentence = _("A consent of a minor ends within five years, and no later than they come of age.")
        raise Refusal("term_invalid", sentence, status=422)
