"""Several who act at once: one beginning before another has ended, or all at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections, transaction

from accounts.refusals import Refusal

Act = Callable[[], object]
PATIENCE = 20
"""Seconds after which a test gives up."""


def second_waits(first: Act, second: Act) -> tuple[object, object]:
    """Do ``first`` in a transaction that stays open until ``second`` has begun and waits for it.

    What both return, or the codes with which they are refused. Fails where the second does not wait.
    """
    is_done, goes_on = threading.Event(), threading.Event()

    def hold_open() -> object:
        with transaction.atomic():
            result = first()
            is_done.set()
            assert goes_on.wait(PATIENCE)
        return result

    with ThreadPoolExecutor(2) as pool:
        began = pool.submit(_alone, hold_open)
        assert is_done.wait(PATIENCE), began.result(PATIENCE)
        followed = pool.submit(_alone, second)
        try:
            with pytest.raises(TimeoutError):
                followed.result(timeout=0.3)
        finally:
            goes_on.set()
        return began.result(PATIENCE), followed.result(PATIENCE)


def at_once(*acts: Act) -> list[object]:
    """Do all acts in threads that start together; what each returns, or the code with which it is refused, in their order."""
    barrier = threading.Barrier(len(acts))

    def do(act: Act) -> object:
        barrier.wait(PATIENCE)
        return _alone(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def outcomes(*acts: Act) -> list[str]:
    """Do all acts at once; of each ``done``, or the code with which it is refused, sorted."""

    def done(act: Act) -> str:
        act()
        return "done"

    return sorted(str(each) for each in at_once(*(partial(done, act) for act in acts)))


def _alone(act: Act) -> object:
    """Do it over connections that are closed afterwards."""
    try:
        return act()
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()
