"""SQLite keeps whatever its file's owner writes, in any column: every byte of it has to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.records.models import Checkpoint, Record
from accounts.records.verify import Findings, verify
from accounts.records.verify_tree import check_bytes, quick
from accounts.users.models import User

from .conftest import codes, first

Attack = Callable[..., None]

COLUMNS = {
    "accounts_record": ["sequence", "event_id", "kind", "subject", "at", "entry", "leaf_hash", "chain_hash"],
    "accounts_recordbody": ["content"],
}


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_finds_any_flipped_bit(log: list[Record], attack: Attack, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from([(t, c) for t, columns in COLUMNS.items() for c in columns]))
    number = data.draw(st.integers(1, 5))
    key = "sequence" if table == "accounts_record" else "record_id"
    old = _stored(table, column, key, number)
    new = _flip(old, data.draw(st.integers(0, 10**6)))

    attack(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", (new, number))
    findings = verify()
    attack(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", (old, new if column == key else number))

    assert not findings.is_intact
    assert first(findings) <= (min(number, new) if column == "sequence" else number)
    assert verify().is_intact


def _stored(table: str, column: str, key: str, number: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST({column} AS {'INT' if column == 'sequence' else 'BLOB'}), typeof({column}) FROM {table} WHERE {key} = %s",
            [number],
        )
        value, kind = cursor.fetchone()
    return value.decode() if kind == "text" else value


def _flip(value: Any, position: int) -> Any:
    if isinstance(value, int):
        return value + 100 + position % 7
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    octets[position // 7 % len(octets)] ^= 1 << position % 7
    return octets.decode() if isinstance(value, str) else bytes(octets)


@pytest.mark.parametrize(
    "value", ["", "2026-13-45 99:00:00", "2026-03-01T12:00:02.123456", "2026-03-01 12:00:02,123456"]
)
def test_it_finds_a_time_that_is_spelled_otherwise(log: list[Record], attack: Attack, value: str) -> None:
    attack("UPDATE accounts_record SET at = %s WHERE sequence = 2", (value,))

    assert codes(verify()) == {(2, "column")}


def test_it_finds_a_number_that_is_none(log: list[Record], attack: Attack) -> None:
    attack("UPDATE accounts_record SET sequence = 'x' WHERE sequence = 5")

    assert (5, "sequence") in codes(verify())
    attack("UPDATE accounts_record SET sequence = 5 WHERE sequence = 'x'")


def test_it_finds_a_key_that_became_text(log: list[Record], attack: Attack) -> None:
    attack("UPDATE accounts_personkey SET wrapped = 'text'")

    assert codes(verify()) == {(2, "body"), (4, "body")}


def test_it_finds_a_key_of_nobody(log: list[Record], attack: Attack, user: User) -> None:
    attack("UPDATE accounts_personkey SET user_id = 999999")
    found = verify(is_deep=True)
    attack("UPDATE accounts_personkey SET user_id = %s", (user.pk,))
    assert codes(found) == {(2, "body"), (4, "body")}
    assert "not sealed for the person" in found.told[0].sentence


def test_it_finds_a_shard_whose_number_is_none(signed: Checkpoint, attack: Attack) -> None:
    attack("UPDATE accounts_shard SET last = 'never'")
    for check in (quick, check_bytes):
        findings = Findings()
        check(findings)
        assert codes(findings) == {(1, "shard")}
