from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from shutil import rmtree

import pytest
from django.apps import apps

from accounts import migrations
from accounts.records import mending, rotating, sequencing, shards, signing, tasks
from accounts.records.checkpoint import read_checkpoint
from accounts.records.entry import leaf_hash
from accounts.records.halting import Mismatch
from accounts.records.merkle import root_of
from accounts.records.models import Checkpoint, Halt, Record, Shard
from accounts.records.queries import is_signed
from accounts.records.rotating import NotRotated, rotate, rotate_yearly
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile, TileTree
from accounts.records.verify import verify
from accounts.records.verify_tree import check_bytes, quick

from .conftest import NOON

Write = Callable[..., Record]
Attack = Callable[..., None]
NEW_YEAR = datetime(2027, 1, 1, 0, 0, 10, tzinfo=UTC)


@pytest.fixture
def two(signed: Checkpoint, write: Write) -> list[Shard]:
    """Seven records and the one that ends them; then one that opens the next shard, and three more."""
    write()
    rotate(now=NEW_YEAR)
    for _ in range(3):
        write(now=NEW_YEAR)
    advance(now=NEW_YEAR)
    return list(Shard.objects.order_by("first"))


def all_findings() -> list[tuple[int, str]]:
    findings = verify()
    quick(findings)
    check_bytes(findings)
    return sorted({(finding.sequence, finding.code) for finding in findings.told})


def leaves(begin: int, end: int) -> list[bytes]:
    found = Record.objects.filter(sequence__gte=begin, sequence__lte=end).order_by("sequence")
    return [leaf_hash(bytes(each)) for each in found.values_list("entry", flat=True)]


def test_it_ends_one_tree_and_begins_another(two: list[Shard]) -> None:
    old, new = two
    assert (old.name, old.first, old.last, new.name, new.first, new.last) == ("2026", 1, 8, "2027", 9, None)
    assert (old.origin, new.origin) == ("127.0.0.1:8000/log", "127.0.0.1:8000/log/2027")
    assert Record.objects.get(sequence=8).kind == "log.frozen"
    assert Record.objects.get(sequence=9).kind == "log.opened"
    assert all_findings() == []


def test_it_signs_each_tree_under_its_own_name_and_from_its_own_first_record(
    two: list[Shard], files: TileFiles
) -> None:
    for shard, begin, end in zip(two, (1, 9), (8, 12), strict=True):
        note = Checkpoint.objects.get(size=end).note
        head = read_checkpoint(note, origin=shard.origin, keys=signing.log_keys(shard.origin))
        assert (head.size, head.root) == (end - begin + 1, root_of(leaves(begin, end)))
        assert TileTree(head.size, files.below(shard.folder).read).root() == head.root


def test_the_first_record_of_a_shard_names_the_whole_tree_before_it(two: list[Shard]) -> None:
    found = shards.promised(9)
    assert found is not None
    assert (found.predecessor, found.size, found.root) == (two[0].origin, 8, root_of(leaves(1, 8)))


def test_it_rotates_when_a_year_has_begun_and_once_only(signed: Checkpoint) -> None:
    assert rotate_yearly(now=NEW_YEAR - timedelta(seconds=11)) is None
    opened = rotate_yearly(now=NEW_YEAR)
    assert opened is not None
    assert opened.name == "2027"
    assert rotate_yearly(now=NEW_YEAR + timedelta(days=300)) is None
    assert Shard.objects.count() == 2


def test_the_year_is_that_of_utc(signed: Checkpoint) -> None:
    from zoneinfo import ZoneInfo

    shanghai = datetime(2027, 1, 1, 7, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert rotate_yearly(now=shanghai) is None
    assert rotate_yearly(now=shanghai + timedelta(minutes=1)) is not None


def test_a_clock_that_moved_back_opens_no_older_year(two: list[Shard]) -> None:
    assert rotate_yearly(now=NOON) is None
    assert rotate(now=NOON).name == "2027-2"
    assert Record.objects.get(sequence=14).at == NEW_YEAR
    assert all_findings() == []


def test_years_without_a_tick_are_passed_over(two: list[Shard]) -> None:
    opened = rotate_yearly(now=NEW_YEAR.replace(year=2030))
    assert opened is not None
    assert opened.origin == "127.0.0.1:8000/log/2030"
    assert all_findings() == []


def test_a_log_that_nothing_was_written_to_has_nothing_to_freeze(db: None, files: TileFiles) -> None:
    tasks.rotate()
    with pytest.raises(NotRotated, match="Nothing was written"):
        rotate(now=NOON)
    assert not Record.objects.exists()


def test_it_freezes_what_was_never_signed_before(write: Write, files: TileFiles) -> None:
    write()
    assert rotate(now=NOON).first == 3
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [1, 2, 3]
    assert all_findings() == []


def test_it_waits_while_another_process_signs(signed: Checkpoint, files: TileFiles) -> None:
    descriptor = os.open(files.folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert rotate_yearly(now=NEW_YEAR) is None
    with pytest.raises(NotRotated, match="Another process"):
        rotate(now=NEW_YEAR)
    os.close(descriptor)
    assert rotate_yearly(now=NEW_YEAR) is not None


def test_it_goes_over_full_tiles(large: Checkpoint, files: TileFiles, write: Write) -> None:
    rotate(now=NEW_YEAR)
    for _ in range(260):
        write(now=NEW_YEAR)
    advance(now=NEW_YEAR)
    assert files.below("2027").has(Tile(0, 0))
    assert all_findings() == []


def test_lost_tiles_are_made_again_before_the_tree_is_named(large: Checkpoint, files: TileFiles) -> None:
    for tile in (Tile(0, 0), Tile(1, 0, 1)):
        files.place(tile).unlink()
    rotate(now=NEW_YEAR)
    assert all_findings() == []


def test_it_names_no_tree_of_a_log_in_doubt(signed: Checkpoint, write: Write, attack: Attack) -> None:
    write()
    attack("UPDATE accounts_record SET leaf_hash = chain_hash WHERE sequence = 7")
    with pytest.raises(Mismatch):
        rotate(now=NEW_YEAR)
    tasks.rotate()
    assert (Shard.objects.count(), Record.objects.count()) == (1, 7)
    assert Halt.objects.get().sequence == 7


def test_what_was_written_and_not_signed_before_it_died_is_signed_afterwards(
    signed: Checkpoint, write: Write, files: TileFiles
) -> None:
    """Dead right after the transaction: the frozen tree is signed first, at the size that was named."""
    with sequencing.turn(files):
        rotating._opened(files, Shard.objects.get(), None, NEW_YEAR)
    write(now=NEW_YEAR)
    assert not Checkpoint.objects.filter(size__gt=6).exists()
    advance(now=NEW_YEAR)
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [4, 6, 7, 9]
    assert all_findings() == []


def test_a_frozen_tree_that_went_bad_stops_no_other(
    signed: Checkpoint, write: Write, files: TileFiles, attack: Attack
) -> None:
    with sequencing.turn(files):
        rotating._opened(files, Shard.objects.get(), None, NEW_YEAR)
    attack("UPDATE accounts_record SET leaf_hash = chain_hash WHERE sequence = 7")
    write(now=NEW_YEAR)
    checkpoint = advance(now=NEW_YEAR)
    assert checkpoint is not None
    assert checkpoint.size == 9
    assert (Halt.objects.get().id, Halt.objects.get().sequence) == (1, 7)
    assert is_signed(NEW_YEAR)
    assert (7, "shard") in all_findings()


def test_a_tree_that_is_not_the_one_that_was_named_is_never_signed(
    signed: Checkpoint, write: Write, files: TileFiles, attack: Attack
) -> None:
    with sequencing.turn(files):
        rotating._opened(files, Shard.objects.get(), None, NEW_YEAR)
    attack(
        "UPDATE accounts_recordbody SET content = (SELECT chain_hash FROM accounts_record WHERE sequence = 8) WHERE record_id = 8"
    )
    advance(now=NEW_YEAR)
    assert (Halt.objects.get().code, Halt.objects.get().sequence) == ("shard", 8)
    assert not Checkpoint.objects.filter(size=7).exists()


def test_lost_tiles_of_frozen_shards_are_made_again(two: list[Shard], files: TileFiles) -> None:
    rotate(now=NEW_YEAR.replace(year=2028))
    rmtree(files.folder)
    tasks.rotate()
    tasks.rotate()
    for shard, size in zip(two, (8, 5), strict=True):
        last = Checkpoint.objects.get(size=shard.before + size)
        assert TileTree(size, files.below(shard.folder).read).root() == bytes(last.root)


def test_tiles_are_not_made_again_from_records_that_were_altered(
    two: list[Shard], files: TileFiles, attack: Attack, write: Write
) -> None:
    attack("UPDATE accounts_record SET leaf_hash = chain_hash WHERE sequence = 3")
    rmtree(files.folder / "tile")
    assert [(shard.first, found.sequence) for shard, found in mending.mend()] == [(1, 3)]
    assert Halt.objects.get().id == 1
    write(now=NEW_YEAR)
    assert advance(now=NEW_YEAR) is not None


def test_a_log_from_before_there_were_shards_becomes_the_first(signed: Checkpoint, attack: Attack) -> None:
    before = Shard.objects.get()
    attack("DELETE FROM accounts_shard")
    (name,) = [path.stem for path in Path(migrations.__file__).parent.glob("*_shards.py")]
    import_module(f"accounts.migrations.{name}").name_the_first(apps, None)
    found = Shard.objects.get()
    assert (found.first, found.name, found.origin, found.last) == (1, "2026", before.origin, None)
    assert all_findings() == []
