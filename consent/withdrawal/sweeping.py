"""What time does to grants and uses: days to think it over end, terms run out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.refusals import Refusal
from consent import clock
from consent.grants.lifecycle import move
from consent.grants.models import Grant
from consent.grants.queries import locked
from consent.grants.states import STANDING
from consent.scope import GrantState
from consent.signals import grant_changed
from consent.uses import ending
from consent.uses.models import Use
from consent.uses.queries import standing_under
from consent.uses.services import check_again
from consent.uses.states import UseState
from consent.withdrawal.services import end

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200


def sweep(*, now: datetime | None = None) -> int:
    """Let expire, come into force and end what is due; return how many changed. Safe to run twice, late or never.

    Nothing waits for it to be safe: the scope engine looks at the clock itself. What was live goes dark here.
    """
    now = clock.now(now)
    over = Grant.objects.filter(state__in=STANDING, ends_at__lte=now).order_by("ends_at")
    cooled = Grant.objects.filter(
        state=GrantState.PENDING_COOLING, cools_until__lte=now, ends_at__gt=now
    ).order_by("cools_until")
    past = Use.objects.filter(state=UseState.LIVE, ends_at__lte=now).order_by("ends_at")
    return _each(over, _expire, now) + _each(cooled, _come_into_force, now) + _each(past, _end_term, now)


def _each(due: Any, act: Callable[[Any, datetime], None], now: datetime) -> int:
    """Do ``act`` to what is due, each in a transaction of its own; return to how many."""
    done = 0
    for each in _first(due):
        try:
            with transaction.atomic():
                act(each, now)
            done += 1
        except Refusal as refusal:  # somebody else was faster
            logger.info("%s was not swept: %s", each, refusal.code)
    return done


def _first(due: Any) -> Iterable[Any]:
    return list(due[:MOST_AT_ONCE])


def _expire(grant: Grant, now: datetime) -> None:
    end(grant, GrantState.EXPIRED, by=None, now=now)


def _come_into_force(grant: Grant, now: datetime) -> None:
    (held,) = locked([grant.reference])
    waiting = standing_under(held)
    move(held, GrantState.ACTIVE, by=None, now=now)
    check_again(waiting, now=now)
    grant_changed.send(sender=Grant, grant=held, by=None, now=now)


def _end_term(use: Use, now: datetime) -> None:
    ending.end_term(use, now=now)
