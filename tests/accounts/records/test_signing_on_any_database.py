"""What has to hold on PostgreSQL as it does on SQLite, in real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.records import triggers
from accounts.records.halting import Mismatch
from accounts.records.log import append
from accounts.records.models import Checkpoint, Halt, Record
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.verify import Findings
from accounts.records.verify_tree import check_bytes, quick


def _write(count: int) -> None:
    for _ in range(count):
        with transaction.atomic():
            append(kind="work.received", subject="work:1", body={}, by=None)


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
