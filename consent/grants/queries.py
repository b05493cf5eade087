"""Reading grants, and handing them to the scope engine."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.guardians.queries import confirmed_wards_of
from accounts.users.models import User
from consent import scope
from consent.grants.evidence import proof_of, state_of
from consent.grants.models import Grant
from consent.scope.documents import read_scope

_JOINED = ("person", "grantee", "guardian", "evidence")


def given_by(user: User) -> QuerySet[Grant]:
    """All that ``user`` ever granted, for themselves or as a child's guardian, newest first."""
    return Grant.objects.filter(Q(person=user) | Q(guardian=user)).select_related(*_JOINED)


def seen_by(user: User) -> QuerySet[Grant]:
    """The same, with what the other guardian granted of a child that ``user`` acts for."""
    own = Q(person=user) | Q(guardian=user)
    return Grant.objects.filter(own | Q(person__in=confirmed_wards_of(user))).select_related(*_JOINED)


def held_by(user: User) -> QuerySet[Grant]:
    """All that was ever granted to ``user``, newest first."""
    return Grant.objects.filter(grantee=user).select_related(*_JOINED)


def locked(references: Iterable[UUID]) -> list[Grant]:
    """The grants of ``references``, locked for the rest of the transaction, always in the same order."""
    chosen = Grant.objects.select_for_update(of=("self",)).filter(pk__in=list(references)).order_by("pk")
    return list(chosen.select_related(*_JOINED))


def as_granted(grant: Grant) -> scope.Grant:
    """Return ``grant`` as the scope engine reads it. Its person is the producer id; its proof what its evidence proves."""
    return scope.Grant(
        id=str(grant.reference),
        version=grant.version,
        person=grant.person.producer_id,
        state=state_of(grant),
        proof=proof_of(grant),
        scope=read_scope(grant.scope),
        consumed=grant.consumed,
        vocabulary=grant.vocabulary,
        by_guardian=grant.guardian_id is not None,
    )
