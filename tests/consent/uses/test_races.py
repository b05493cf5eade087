"""Withdrawing and publishing at the same time, whichever comes first by how little."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant
from consent.scope import GrantState
from consent.signals import uses_held
from consent.uses.models import Use
from consent.uses.services import NotCovered, check, go_live
from consent.uses.states import UseState
from consent.withdrawal.services import withdraw
from marking.works import jobs, services
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import work_of
from tests.consent.people import granted, proposed, scope_for

pytestmark = pytest.mark.django_db(transaction=True)

PUBLISHERS = 64
AT_ONCE = 8
SPREAD = 0.1
"""Seconds within which they begin: about as long as all of them take."""


def withdrawals() -> int:
    """How many, with `AT_ONCE` publications each: a thousand publications on PostgreSQL, a minute; ``RACED_WITHDRAWALS`` says otherwise."""
    return int(os.environ.get("RACED_WITHDRAWALS", "125" if connection.vendor == "postgresql" else "6"))


def publish(use: Use) -> str:
    """Take ``use`` live, and give the connection back; say what came of it."""
    try:
        with transaction.atomic():
            go_live(use, now=timezone.now())
    except NotCovered:
        return "refused"
    finally:
        connection.close()
    return "published"


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that close their connections."""
    with ThreadPoolExecutor(count) as pool:
        yield pool
        barrier = threading.Barrier(count)
        list(pool.map(lambda _: (barrier.wait(), connection.close()), range(count)))


def after(delay: float, act: Callable[[], str]) -> Callable[[], str]:
    def acted() -> str:
        time.sleep(delay)
        return act()

    return acted


def test_nothing_is_live_once_it_is_withdrawn(person: User, creator: User) -> None:
    """Several begin to publish within the milliseconds around a withdrawal; when each of them does, is drawn."""
    draw, seen = random.Random(3), Counter[str]()
    scope = replace(scope_for(creator), outputs=2 * AT_ONCE)
    with threads(AT_ONCE + 1) as pool:
        for turn in range(withdrawals()):
            grant = granted(person, creator, scope)
            works = [f"{turn * AT_ONCE + number + 1:010d}" for number in range(AT_ONCE)]
            uses = [proposed(creator, grant, work=work) for work in works]
            acts = [after(draw.uniform(0, SPREAD), lambda use=use: publish(use)) for use in uses]
            published = [pool.submit(act) for act in acts]
            pool.submit(after(SPREAD / 2, lambda grant=grant: str(withdraw(by=person, grant=grant)))).result()
            assert not Use.objects.filter(people__grant=grant, state=UseState.LIVE).exists()
            seen.update(each.result() for each in published)
            assert not Use.objects.filter(people__grant=grant, state=UseState.LIVE).exists()
    assert set(seen) == {"published", "refused"}


@pytest.mark.parametrize("is_published_first", [True, False])
def test_whoever_comes_second_waits_for_the_first(
    person: User, creator: User, grant: Grant, is_published_first: bool
) -> None:
    """One stops in the middle of their transaction, with everything locked, until the other has begun."""
    use = proposed(creator, grant)
    holds, goes_on = threading.Event(), threading.Event()

    def publish_slowly() -> str:
        with transaction.atomic():
            go_live(use, now=timezone.now())
            holds.set()
            goes_on.wait(10)
        return "published"

    def pause(**kwargs: object) -> None:
        holds.set()
        goes_on.wait(10)

    def withdraw_slowly() -> str:
        uses_held.connect(pause)
        try:
            return str(withdraw(by=person, grant=grant).state)
        finally:
            uses_held.disconnect(pause)

    first = publish_slowly if is_published_first else withdraw_slowly
    second = (
        (lambda: str(withdraw(by=person, grant=grant).state))
        if is_published_first
        else (lambda: publish(use))
    )
    with threads(2) as pool:
        began = pool.submit(first)
        assert holds.wait(10)
        followed = pool.submit(second)
        with pytest.raises(TimeoutError):
            followed.result(timeout=0.2)
        goes_on.set()
        results = {began.result(20), followed.result(20)}
    use.refresh_from_db()
    came_of_it = ("published", UseState.CUT_OFF) if is_published_first else ("refused", UseState.PROPOSED)
    assert (results, use.state) == ({"withdrawn", came_of_it[0]}, came_of_it[1])


def test_only_as_many_are_published_at_once_as_were_granted(person: User, creator: User) -> None:
    grant = granted(person, creator, replace(scope_for(creator), outputs=3))
    uses = [proposed(creator, grant, work=f"{number + 1:010d}") for number in range(PUBLISHERS)]
    with threads(PUBLISHERS) as pool:
        barrier = threading.Barrier(PUBLISHERS)
        results = Counter(pool.map(lambda use: (barrier.wait(), publish(use))[1], uses))
    grant.refresh_from_db()
    assert results == {"published": 3, "refused": PUBLISHERS - 3}
    assert (grant.consumed, grant.state) == (3, GrantState.EXHAUSTED)
    assert Use.objects.filter(state=UseState.LIVE).count() == 3


def test_a_work_is_claimed_or_taken_out_of_the_queue(person: User, creator: User) -> None:
    scope = scope_for(creator)
    with threads(2) as pool:
        for _turn in range(20):
            grant = granted(person, creator, scope)
            work = work_of(creator)
            check(proposed(creator, grant, work=work.code))
            claimed = pool.submit(jobs.claim, work.pk, now=timezone.now())
            pool.submit(withdraw, by=person, grant=grant).result()
            is_claimed = claimed.result() is not None
            work = Work.objects.get(pk=work.pk)
            assert work.state == (WorkState.MARKING if is_claimed else WorkState.AWAITING_CONSENT)


def test_deleting_and_withdrawing_do_not_wait_for_each_other(person: User, creator: User) -> None:
    scope = scope_for(creator)
    with threads(2) as pool:
        for _turn in range(20):
            grant = granted(person, creator, scope)
            work = work_of(creator, "released")
            use = proposed(creator, grant, work=work.code)
            publish(use)
            deleted = pool.submit(_delete, creator, work)
            pool.submit(withdraw, by=person, grant=grant).result()
            deleted.result()
            use.refresh_from_db()
            assert use.state in (UseState.CUT_OFF, UseState.REMOVED)


def _delete(creator: User, work: Work) -> None:
    with suppress(Refusal):  # withdrawn meanwhile
        services.delete(by=creator, work=work)
