from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.identity.attempts import LIMITS, LOCK, PAUSES, Scope, forget, note_no, take
from accounts.identity.models import AttemptCounter

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
KEY = b"k" * 32
ACCOUNT = {Scope.ACCOUNT: KEY}


def _take_and_hang_up(keys: dict[Scope, bytes]) -> bool:
    try:
        return take(keys, NOON)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_200_that_ask_at_once_exactly_as_many_get_one_as_there_are() -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(_take_and_hang_up, [{Scope.DOCUMENT: KEY}] * 200))
    assert taken.count(True) == LIMITS[Scope.DOCUMENT]
    assert AttemptCounter.objects.get().tries == LIMITS[Scope.DOCUMENT]


@pytest.mark.django_db(transaction=True)
def test_of_200_accounts_of_one_network_exactly_as_many_get_one_as_there_are() -> None:
    keys = [{Scope.ACCOUNT: index.to_bytes(32), Scope.NETWORK: KEY} for index in range(200)]
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(_take_and_hang_up, keys))
    assert taken.count(True) == LIMITS[Scope.NETWORK]
    # Who got none has lost none: nobody's account is counted for what the network was refused.
    assert AttemptCounter.objects.filter(scope=Scope.ACCOUNT).count() == LIMITS[Scope.NETWORK]


@pytest.mark.django_db
class TestTaking:
    def test_a_spent_one_is_locked_for_a_day_from_the_last(self) -> None:
        for hour in range(LIMITS[Scope.ACCOUNT]):
            assert take(ACCOUNT, NOON + timedelta(hours=hour))
        last = NOON + timedelta(hours=LIMITS[Scope.ACCOUNT] - 1)
        assert not take(ACCOUNT, last + LOCK - timedelta(seconds=1))
        assert take(ACCOUNT, last + LOCK)
        assert AttemptCounter.objects.get().tries == 1

    def test_one_that_is_not_spent_begins_anew_a_day_after_its_first(self) -> None:
        assert take(ACCOUNT, NOON)
        assert take(ACCOUNT, NOON + LOCK)
        assert AttemptCounter.objects.get().tries == 1

    def test_each_no_makes_the_next_wait_longer(self) -> None:
        now = NOON
        for pause in PAUSES[: LIMITS[Scope.ACCOUNT] - 1]:
            assert take(ACCOUNT, now)
            note_no(ACCOUNT, now)
            assert not take(ACCOUNT, now + pause - timedelta(seconds=1))
            now += pause
        assert take(ACCOUNT, now)

    def test_others_are_not_counted_for_it(self) -> None:
        for _ in range(LIMITS[Scope.ACCOUNT]):
            take(ACCOUNT, NOON)
        assert take({Scope.ACCOUNT: b"o" * 32}, NOON)
        assert take({Scope.DOCUMENT: KEY}, NOON)

    def test_a_no_of_what_nobody_counted_is_nothing(self) -> None:
        note_no(ACCOUNT, NOON)
        assert not AttemptCounter.objects.exists()

    def test_what_counts_for_nothing_is_forgotten(self) -> None:
        take(ACCOUNT, NOON)
        forget(NOON + LOCK - timedelta(seconds=1))
        assert AttemptCounter.objects.exists()
        forget(NOON + LOCK)
        assert not AttemptCounter.objects.exists()
