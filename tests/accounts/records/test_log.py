from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from accounts.records import triggers
from accounts.records.canonical import NotCanonical, parse
from accounts.records.entry import GENESIS, SALT_BYTES, Entry, EntryInvalid, commitment
from accounts.records.log import append, body_context
from accounts.records.models import Checkpoint, Cosignature, Record, RecordBody, Shard, ShreddedBody, Stamp
from accounts.records.requirements import RecordIncomplete
from accounts.records.verify import verify
from accounts.users.models import User
from accounts.vault.sealing import Erased, destroy, unseal

from .conftest import NOON

Write = Callable[..., Record]


def test_it_starts_with_nothing_before_it(write: Write) -> None:
    record = write()

    assert (record.sequence, Entry.from_bytes(record.entry).previous) == (1, GENESIS)


def test_it_continues_the_record_before_it(write: Write) -> None:
    first, second = write(), write()

    assert second.sequence == 2
    assert Entry.from_bytes(second.entry).previous == first.chain_hash


def test_it_names_people_by_their_producer_id_alone(write: Write, user: User) -> None:
    record = write(by=user, person=user, subject=f"user:{user.producer_id}", body={"email": user.email})

    entry = Entry.from_bytes(record.entry)
    assert (entry.actor, entry.person) == (user.producer_id, user.producer_id)
    assert user.email.encode() not in bytes(record.entry)


def test_it_says_when_the_system_acted(write: Write) -> None:
    assert Entry.from_bytes(write().entry).actor == "system"


def test_it_stores_a_body_about_nobody_open(write: Write) -> None:
    record = write(body={"tool": "画笔"})

    content = bytes(record.body.content)
    assert parse(content[SALT_BYTES:]) == {"tool": "画笔", "session": "none"}
    committed = commitment(content[:SALT_BYTES], content[SALT_BYTES:])
    assert Entry.from_bytes(record.entry).commitment == committed


def test_it_salts_equal_bodies_apart(write: Write) -> None:
    first, second = Entry.from_bytes(write().entry), Entry.from_bytes(write().entry)

    assert first.commitment != second.commitment


def test_it_seals_a_body_under_the_key_of_whom_it_is_about(write: Write, user: User) -> None:
    record = write(person=user, body={"name": "Ada"})

    body = RecordBody.objects.get(record=record)
    assert b"Ada" not in bytes(body.content)
    opened = unseal(user, bytes(body.content), context=body_context(record.event_id))
    assert parse(opened[SALT_BYTES:]) == {"name": "Ada", "session": "none"}


def test_it_refuses_a_body_about_somebody_whose_key_is_destroyed(write: Write, user: User) -> None:
    destroy(user)

    with pytest.raises(Erased):
        write(person=user)


def test_it_never_lets_time_run_backwards(write: Write) -> None:
    write(now=NOON)

    assert write(now=NOON - timedelta(days=1)).at == NOON
    assert write(now=NOON + timedelta(days=1)).at == NOON + timedelta(days=1)


def test_it_takes_the_time_from_the_clock(write: Write) -> None:
    assert write(now=None).at > NOON


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"kind": "Work Released"}, RecordIncomplete),
        ({"subject": "ada@example.com"}, EntryInvalid),
        ({"body": {"share": 0.5}}, NotCanonical),
    ],
)
def test_it_refuses_malformed_events(write: Write, wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        write(**wrong)
    assert not Record.objects.exists()


def test_it_refuses_to_write_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(TransactionManagementError):
        append(kind="account.created", subject="work:1", body={}, by=None)


def test_it_is_gone_when_its_change_is_rolled_back(transactional_db: None) -> None:
    with transaction.atomic():
        append(kind="account.created", subject="work:1", body={}, by=None)
        transaction.set_rollback(True)

    assert not Record.objects.exists()


def _append_alone(number: int) -> int:
    with transaction.atomic():
        sequence = append(kind="account.created", subject=f"work:{number}", body={}, by=None).sequence
    connection.close()
    return sequence


def test_it_gives_each_of_many_writers_a_number_of_its_own(transactional_db: None) -> None:
    with ThreadPoolExecutor(4) as writers:
        sequences = list(writers.map(_append_alone, range(24)))

    assert sorted(sequences) == list(range(1, 25))
    assert verify().is_intact


def test_it_leaves_the_log_ready_for_the_next_transactional_test(transactional_db: None) -> None:
    with transaction.atomic():
        append(kind="account.created", subject="work:1", body={}, by=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_record SET kind = 'work.deleted'",
        "DELETE FROM accounts_record",
        "UPDATE accounts_recordbody SET content = ''",
        "DELETE FROM accounts_recordbody",
        "UPDATE accounts_checkpoint SET note = ''",
        "DELETE FROM accounts_checkpoint",
        "UPDATE accounts_cosignature SET line = ''",
        "DELETE FROM accounts_cosignature",
    ],
)
def test_it_cannot_be_changed_through_the_database(write: Write, statement: str) -> None:
    write()
    _sign()

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def _sign() -> None:
    """A shard, a checkpoint, a cosignature and a stamp that nobody looks into."""
    Shard.objects.create(first=1, name="2026", origin="x")
    checkpoint = Checkpoint.objects.create(size=1, root=bytes(32), note="x\n1\n\n\u2014 x", at=NOON)
    Cosignature.objects.create(checkpoint=checkpoint, witness="w", line="\u2014 w x\n", at=NOON)
    Stamp.objects.create(checkpoint=checkpoint, reply=b"x", at=NOON)


# Statements that remove rows without a DELETE.
SWEEPING = {
    "sqlite": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "postgresql": "TRUNCATE {table} CASCADE",
}


@pytest.mark.parametrize("table", triggers.TABLES)
def test_it_cannot_be_swept_away(write: Write, table: str) -> None:
    emptied, by = write(), write()
    ShreddedBody.objects.create(record=emptied, shredding=by)
    _sign()
    connection.check_constraints()  # PostgreSQL truncates nothing while checks are pending
    triggers.install(connection)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(SWEEPING[connection.vendor].format(table=table))
