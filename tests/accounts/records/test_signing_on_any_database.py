"""What has to hold on PostgreSQL as it does on SQLite, in real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.records import signing, triggers
from accounts.records.halting import Mismatch
from accounts.records.log import append
from accounts.records.models import Checkpoint, Halt, Record, Shard
from accounts.records.rotating import rotate, rotate_yearly
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.verify import Findings, verify
from accounts.records.verify_tree import check_bytes, quick


def _write(count: int) -> None:
    for _ in range(count):
        with transaction.atomic():
            append(kind="account.created", subject="work:1", body={}, by=None)


def _advance_alone(_: int) -> int | None:
    signed = advance()
    connection.close()
    return signed.size if signed else None


def test_of_many_that_sign_at_once_one_does(transactional_db: None, files: TileFiles) -> None:
    _write(5)
    with ThreadPoolExecutor(4) as signers:
        sizes = [each for each in signers.map(_advance_alone, range(4)) if each]
    assert sizes == [5]
    assert Checkpoint.objects.get().size == 5


def test_a_checkpoint_covers_what_others_write_meanwhile_sooner_or_later(
    transactional_db: None, files: TileFiles
) -> None:
    with ThreadPoolExecutor(2) as workers:
        writing = workers.submit(lambda: (_write(40), connection.close()))
        while not writing.done():
            advance()
    advance()
    findings = Findings()
    quick(findings)
    check_bytes(findings)
    assert findings.told == []
    assert Checkpoint.objects.order_by("-size")[0].size == Record.objects.count() == 40


def _rotate_yearly_alone(_: int) -> int | None:
    opened = rotate_yearly(now=timezone.now() + timedelta(days=366))
    connection.close()
    return opened.first if opened else None


def test_of_many_that_rotate_at_once_one_does_and_nobody_loses_a_record(
    transactional_db: None, files: TileFiles
) -> None:
    _write(5)
    advance()
    with ThreadPoolExecutor(5) as workers:
        writing = workers.submit(lambda: (_write(30), connection.close()))
        opened = [each for each in workers.map(_rotate_yearly_alone, range(8)) if each]
        writing.result()
    advance()
    assert len(opened) == 1
    assert list(Shard.objects.order_by("first").values_list("first", "last")) == [
        (1, opened[0] - 1),
        (opened[0], None),
    ]
    assert Record.objects.count() == 37
    findings = verify()
    quick(findings)
    check_bytes(findings)
    assert findings.told == []


def test_a_rotation_that_dies_leaves_the_old_shard(transactional_db: None, files: TileFiles) -> None:
    """The clash comes at the very end: the row of the next shard cannot be written."""
    _write(3)
    advance()
    taken = signing.origin_of(f"{timezone.now().year}-2")
    triggers.remove(connection)
    Shard.objects.create(first=100, last=101, name="1999", origin=taken)
    triggers.install(connection)
    with pytest.raises(IntegrityError):
        rotate()
    triggers.remove(connection)
    Shard.objects.filter(first=100).delete()
    triggers.install(connection)
    assert list(Shard.objects.values_list("first", "last")) == [(1, None)]
    assert Record.objects.count() == 3
    assert rotate().first == 5


def test_a_halt_outlives_the_transaction_that_found_it(transactional_db: None, files: TileFiles) -> None:
    _write(3)
    advance()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_recordbody WHERE record_id = 3")
        cursor.execute("DELETE FROM accounts_record WHERE sequence = 3")
    with pytest.raises(Mismatch):
        advance()
    assert Halt.objects.get().code == "cut_off"
