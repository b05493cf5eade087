"""Reading how accounts stand. Each answer is for one moment: nothing has to run for a sanction to end on time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.prepared import Prepared
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import SHUTTING, Function, SanctionState, Step
from accounts.users.models import User

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.reasons.models import StatementOfReasons


UNCONFIRMED = frozenset({"sanction.proposed", "sanction.declined", "sanction.proposal_withdrawn"})
"""Records of what one person of the staff thought of: nothing is told of it until a second one agrees."""


def in_force(now: datetime) -> QuerySet[Sanction]:
    """Every sanction that holds at ``now``. One that ends at this instant does not hold any more."""
    begun = Sanction.objects.filter(state=SanctionState.IN_FORCE, begins_at__lte=now)
    return begun.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def _limiting(user: int, now: datetime) -> QuerySet[Sanction, tuple[UUID]]:
    return in_force(now).filter(user=user).exclude(step=Step.WARN).values_list("pk")[:1]


_LIMITING = Prepared(_limiting)
"""Whether anything does: asked at every request, and nearly always nothing."""


def limits_on(user: User, now: datetime) -> list[Sanction]:
    """What keeps ``user`` from anything at ``now``, the gravest and longest first."""
    if not _LIMITING.is_any(user=user.pk, now=now):
        return []
    found = in_force(now).filter(user=user).exclude(step=Step.WARN)
    return sorted(found, key=lambda each: (each.step not in SHUTTING, each.ends_at is not None, each.pk))


def limit_on(user: User, functions: Collection[Function], now: datetime) -> Sanction | None:
    """What keeps ``user`` from any of ``functions`` at ``now``; None where nothing does."""
    wanted = frozenset(functions)
    return next((each for each in limits_on(user, now) if each.limited & wanted), None)


def is_limited(user: User, function: Function, now: datetime) -> bool:
    """Whether ``user`` is kept from ``function`` at ``now``."""
    return limit_on(user, {function}, now) is not None


def shut_by(user: User, now: datetime) -> Sanction | None:
    """The suspension or closure of ``user`` at ``now``; None while the account is open."""
    found = [each for each in limits_on(user, now) if each.step in SHUTTING]
    return min(found, key=lambda each: (each.step, each.pk), default=None)


def limited_accounts(functions: Collection[Function], now: datetime) -> QuerySet[Sanction, int]:
    """The keys of all accounts that are kept from any of ``functions`` at ``now``, for other queries."""
    named = Q(step__in=SHUTTING)
    for function in functions:
        named |= Q(functions__contains=f",{function},")
    return in_force(now).filter(named).values_list("user", flat=True)


def sanctions_of(user: User) -> QuerySet[Sanction]:
    """All that was ever proposed against ``user``, newest first, for staff."""
    return Sanction.objects.filter(user=user).select_related("proposed_by", "decided_by", "lifted_by", "user")


def told_to(user: User) -> QuerySet[Sanction]:
    """What ``user`` may read of it: all that was in force once, newest first."""
    return sanctions_of(user).filter(begins_at__isnull=False)


def sanction_of_statement(statement: StatementOfReasons) -> str:
    """The number of the sanction that ``statement`` gives the reasons of; "" where it is about none."""
    pk = Sanction.objects.filter(statement=str(statement.pk)).values_list("pk", flat=True).first()
    return str(pk) if pk else ""


def waiting_for(reader: User) -> QuerySet[Sanction]:
    """Proposals that wait for a second person, oldest first; ``reader`` learns of none against themselves."""
    proposed = Sanction.objects.filter(state=SanctionState.PROPOSED).exclude(user=reader)
    return proposed.select_related("user").order_by("proposed_at", "pk")


def account_for_desk(producer_id: str) -> User:
    """An account by its public id, for staff. Raises Http404 where there is none."""
    found = User.objects.filter(producer_id=producer_id.upper()).first()
    if found is None:
        raise Http404("no such account")
    return found


def sanction_for_desk(user: User, pk: UUID) -> Sanction:
    """A sanction of ``user``, for staff. Raises Http404 where there is none."""
    found = sanctions_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404("no such sanction")
    return found


def unconfirmed_records(user: User) -> Q:
    """Records of proposals against ``user``, which stand in no copy of their data."""
    return Q(kind__in=UNCONFIRMED)
