"""How often somebody may be checked automatically: counted for the account, the network and the document.

Each check is a disclosure of a name and costs money, and who may ask without end finds out who belongs to a number. What is
spent closes the automatic way alone, for a day: staff can always decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, F, Value, When

from accounts.identity.models import AttemptCounter

LOCK = timedelta(hours=24)
"""How long a counter stays spent, from the last try."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long to wait after the first, second and any later answer that was a no."""


class Scope(StrEnum):
    """What tries are counted for."""

    ACCOUNT = "account"
    DOCUMENT = "document"
    NETWORK = "network"


LIMITS = {Scope.ACCOUNT: 3, Scope.DOCUMENT: 3, Scope.NETWORK: 10}
"""Tries in :data:`LOCK`. A network may be a household or a school."""

Keys = Mapping[Scope, bytes]
"""At most 32 bytes each."""


class _Spent(Exception):
    pass


def take(keys: Keys, now: datetime) -> bool:
    """Take one try from every counter of ``keys``, or from none where one of them is spent or has to wait.

    Of any number that ask at once, exactly as many get one as are left.
    """
    try:
        with transaction.atomic():
            for scope in sorted(keys):  # always in this order: two never wait for each other
                _take_one(scope, keys[scope], now)
    except _Spent:
        return False
    return True


def give_back(keys: Keys) -> None:
    """Have a try that was taken and came to nothing count for nothing: nobody was asked about anybody."""
    for scope in sorted(keys):
        AttemptCounter.objects.filter(scope=scope, key=keys[scope], tries__gt=0).update(tries=F("tries") - 1)


def note_no(keys: Keys, now: datetime) -> None:
    """Have the next try wait, longer after each no."""
    for scope, key in keys.items():
        found = AttemptCounter.objects.filter(scope=scope, key=key)
        tries = found.values_list("tries", flat=True).first()
        if tries:
            found.update(due_at=now + PAUSES[min(tries, len(PAUSES)) - 1])


def forget(now: datetime) -> None:
    """Delete the counters that count for nothing any more."""
    AttemptCounter.objects.filter(since__lte=now - LOCK).delete()


def _take_one(scope: Scope, key: bytes, now: datetime) -> None:
    blank = AttemptCounter(scope=scope, key=key, since=now, due_at=now)
    AttemptCounter.objects.bulk_create([blank], ignore_conflicts=True)
    counter, limit = AttemptCounter.objects.filter(scope=scope, key=key), LIMITS[scope]
    counter.filter(since__lte=now - LOCK).update(tries=0, since=now, due_at=now)
    is_last = When(tries=limit - 1, then=Value(now))
    taken = counter.filter(tries__lt=limit, due_at__lte=now).update(
        tries=F("tries") + 1, since=Case(is_last, default=F("since"))
    )
    if not taken:
        raise _Spent
