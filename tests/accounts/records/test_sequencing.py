from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.records import sequencing, shards, signing, tasks
from accounts.records.checkpoint import read_checkpoint
from accounts.records.entry import leaf_hash
from accounts.records.halting import Mismatch
from accounts.records.merkle import root_of
from accounts.records.models import Checkpoint, Halt, Record
from accounts.records.sequencing import advance, last_signed
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import ENTRIES, Tile, TileTree, entries_of, tiles_between

from .conftest import NOON

Write = Callable[..., Record]
Attack = Callable[..., None]


def test_it_signs_nothing_while_there_is_nothing(db: None, files: TileFiles) -> None:
    assert advance() is None
    assert not Checkpoint.objects.exists()


def test_it_signs_the_tree_over_all_records(large: Checkpoint, files: TileFiles) -> None:
    entries = Record.objects.order_by("sequence").values_list("entry", flat=True)
    root = root_of(leaf_hash(bytes(each)) for each in entries)

    name = signing.origin()
    head = read_checkpoint(large.note, origin=name, keys=signing.log_keys(name))
    assert (head.size, head.root, bytes(large.root)) == (300, root, root)
    assert TileTree(300, files.read).root() == root
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [260, 300]


def test_it_signs_nothing_twice(signed: Checkpoint) -> None:
    assert advance() is None
    assert Checkpoint.objects.count() == 2


def test_its_bundles_hold_the_entries(large: Checkpoint, files: TileFiles) -> None:
    tile = Tile(ENTRIES, 1, 44)
    assert entries_of(tile, files.read(tile)) == [
        bytes(each.entry) for each in Record.objects.filter(sequence__gt=256).order_by("sequence")
    ]


def test_it_keeps_partial_tiles_until_the_full_one_is_signed(write: Write, files: TileFiles) -> None:
    for _ in range(255):
        write()
    advance()
    assert files.has(Tile(0, 0, 255))
    write()
    advance()
    assert files.has(Tile(0, 0))
    assert not files.has(Tile(0, 0, 255))


def test_the_name_of_the_log_stays_when_the_address_changes(signed: Checkpoint, settings: Any) -> None:
    before = signing.origin()
    settings.SITE_URL = "https://elsewhere.example.com"
    assert signing.origin() == before == "127.0.0.1:8000/log"


def test_it_makes_lost_tiles_again(large: Checkpoint, files: TileFiles, write: Write) -> None:
    for tile in tiles_between(0, 300):
        files.place(tile).unlink()
    write()
    checkpoint = advance()
    assert checkpoint is not None
    assert TileTree(301, files.read).root() == bytes(checkpoint.root)


def test_it_makes_one_lost_tile_again(large: Checkpoint, files: TileFiles, write: Write) -> None:
    files.place(Tile(1, 0, 1)).unlink()
    write()
    assert advance() is not None


def _refused(code: str) -> Mismatch:
    """What keeps the log from being signed."""
    before = Checkpoint.objects.count()
    with pytest.raises(Mismatch) as caught:
        advance()
    assert caught.value.code == code
    assert Halt.objects.get().code == code
    assert Checkpoint.objects.count() == before
    return caught.value


@pytest.mark.parametrize("column", ["entry", "leaf_hash", "chain_hash"])
def test_it_signs_no_record_that_was_altered(
    signed: Checkpoint, write: Write, attack: Attack, column: str
) -> None:
    write()
    write()
    attack(f"UPDATE accounts_record SET {column} = {column} || x'00' WHERE sequence = 7")
    assert _refused("record").sequence == 7


def test_it_signs_nothing_behind_a_record_that_became_text(
    signed: Checkpoint, write: Write, attack: Attack
) -> None:
    write()
    attack("UPDATE accounts_record SET leaf_hash = 'text' WHERE sequence = 7")
    assert _refused("record").sequence == 7


def test_it_signs_nothing_over_a_gap(signed: Checkpoint, write: Write, attack: Attack) -> None:
    write()
    write()
    attack("DELETE FROM accounts_recordbody WHERE record_id = 7")
    attack("DELETE FROM accounts_record WHERE sequence = 7")
    assert _refused("record").sequence == 7


def test_it_signs_nothing_after_an_end_that_was_cut_off(signed: Checkpoint, attack: Attack) -> None:
    attack("DELETE FROM accounts_recordbody WHERE record_id > 5")
    attack("DELETE FROM accounts_record WHERE sequence > 5")
    assert _refused("cut_off").sequence == 6


def test_it_signs_nothing_over_a_signed_record_that_was_written_anew(
    signed: Checkpoint, write: Write, attack: Attack
) -> None:
    """The whole end is rebuilt with right hashes: only the tree that was signed tells."""
    attack("DELETE FROM accounts_recordbody WHERE record_id > 4")
    attack("DELETE FROM accounts_record WHERE sequence > 4")
    for _ in range(5):
        write(kind="account.operator_created")
    assert _refused("tree").sequence == 1


def test_it_signs_nothing_over_a_tile_that_was_altered(
    large: Checkpoint, write: Write, files: TileFiles
) -> None:
    write()
    place = files.place(Tile(1, 0, 1))
    place.write_bytes(bytes([place.read_bytes()[0] ^ 1]) + place.read_bytes()[1:])
    _refused("tree")


def test_it_signs_nothing_over_a_tile_that_was_cut(large: Checkpoint, write: Write, files: TileFiles) -> None:
    write()
    files.place(Tile(1, 0, 1)).write_bytes(b"short")
    _refused("tree")


@pytest.mark.parametrize(
    "change",
    ["root = x'00'", "note = replace(note, '127', '128')", "note = replace(note, '\n6', '\n5')"],
)
def test_it_signs_nothing_after_a_checkpoint_that_was_altered(
    signed: Checkpoint, attack: Attack, change: str
) -> None:
    attack(f"UPDATE accounts_checkpoint SET {change} WHERE size = 6")
    assert _refused("checkpoint").sequence == 6


def test_it_tells_the_operator_once_and_goes_on_when_all_is_well_again(
    large: Checkpoint, write: Write, files: TileFiles, caplog: pytest.LogCaptureFixture
) -> None:
    write()
    whole = files.read(Tile(1, 0, 1))
    files.place(Tile(1, 0, 1)).write_bytes(bytes(32))
    with caplog.at_level(logging.WARNING):
        tasks.advance()
        tasks.advance()
        assert [each.levelname for each in caplog.records] == ["CRITICAL"]
        files.place(Tile(1, 0, 1)).write_bytes(whole)
        tasks.advance()
    assert caplog.records[-1].message == "The log is signed again."
    assert not Halt.objects.exists()
    assert last_signed(shards.all_shards(NOON)[-1]).size == 301


def test_only_one_signs_at_a_time(signed: Checkpoint, write: Write, files: TileFiles) -> None:
    write()
    descriptor = os.open(files.folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert advance() is None
    os.close(descriptor)
    assert advance() is not None


def test_it_goes_in_steps(write: Write, files: TileFiles, tmp_path: Path) -> None:
    for _ in range(3):
        write()
    (files.folder / "unfinished").mkdir(parents=True)
    (files.folder / "unfinished" / "left").write_bytes(b"by a dead process")
    checkpoint = advance(now=NOON)
    assert checkpoint is not None
    assert checkpoint.at == NOON
    assert list((files.folder / "unfinished").iterdir()) == []
    assert sequencing.LARGEST_STEP % 256 == 0


def test_an_older_key_still_counts(signed: Checkpoint, settings: Any, write: Write) -> None:
    from dataclasses import replace

    old = settings.KEYS.log_signing_keys
    settings.KEYS = replace(settings.KEYS, log_signing_keys=["11" * 32, *old])
    write()
    assert advance() is not None
    settings.KEYS = replace(settings.KEYS, log_signing_keys=old)
    write()
    assert _refused("checkpoint").sequence == 7
