"""Two transactions at once, the second of which begins before the first has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

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


def _alone(act: Act) -> object:
    """Do it over connections that are closed afterwards."""
    try:
        return act()
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()
