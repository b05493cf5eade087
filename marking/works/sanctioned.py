"""Works that rest because a sanction keeps their owner from making them. They go on by themselves when it ends."""

from __future__ import annotations

from datetime import datetime
from itertools import product

from django.db.models import Q

from accounts.sanctions.queries import limit_on, limited_accounts
from accounts.sanctions.states import Function
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work


def is_held_back(work: Work, now: datetime) -> bool:
    """Whether ``work`` is not marked and not released at ``now``, because of its owner's standing."""
    return limit_on(work.owner, work.declaration.functions, now) is not None


def held_back(prefix: str, now: datetime) -> Q:
    """The same as a condition of a query, in which ``prefix`` leads to the work (``"work__"``)."""
    condition = _by(prefix, {Function.GENERATE, Function.PUBLISH}, now)
    for function in (Function.FACE_EDIT, Function.VOICE_EDIT):
        is_such = Q()
        for kind, depicts in product(Kind, Depicts):
            if function in Declaration("", "", kind, depicts).functions:
                is_such |= Q(**{f"{prefix}kind": kind, f"{prefix}depicts": depicts})
        condition |= is_such & _by(prefix, {function}, now)
    return condition


def _by(prefix: str, functions: set[Function], now: datetime) -> Q:
    return Q(**{f"{prefix}owner__in": limited_accounts(functions, now)})
