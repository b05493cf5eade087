"""Lost and altered tiles of frozen shards: made again, found, told, and forgotten when all is well again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from shutil import rmtree

import pytest
from django.core.management import call_command

from accounts.records import mending, tasks
from accounts.records.entry import Entry, chain_hash, leaf_hash
from accounts.records.models import Checkpoint, Halt, Record, Shard
from accounts.records.queries import is_signed
from accounts.records.rotating import rotate
from accounts.records.sequencing import advance, locked
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import ENTRIES, Tile, tiles_between

from .test_rotating import NEW_YEAR

Write = Callable[..., Record]
Attack = Callable[..., None]
SIZE = 301
TILES = list(tiles_between(0, SIZE))


@pytest.fixture
def frozen(large: Checkpoint, files: TileFiles) -> dict[Tile, bytes]:
    """The tiles of a frozen shard of 301 records, and another shard that grows behind it."""
    rotate(now=NEW_YEAR)
    return {tile: files.read(tile) for tile in TILES}


def alter(files: TileFiles, tile: Tile, at: int) -> None:
    content = files.read(tile)
    files.place(tile).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def found() -> list[tuple[int, int]]:
    """Which shards are in doubt after a tick, and from which record on."""
    return [(shard.first, mismatch.sequence) for shard, mismatch in mending.mend()]


@pytest.mark.parametrize("tile", TILES, ids=lambda tile: tile.path)
def test_any_lost_tile_is_made_again(frozen: dict[Tile, bytes], files: TileFiles, tile: Tile) -> None:
    files.remove(tile)
    tasks.rotate()
    assert files.read(tile) == frozen[tile]
    assert not Halt.objects.exists()


def test_a_lost_folder_is_made_again(frozen: dict[Tile, bytes], files: TileFiles) -> None:
    rmtree(files.folder)
    tasks.rotate()
    assert {tile: files.read(tile) for tile in TILES} == frozen


def test_one_process_at_a_time_looks_after_them(frozen: dict[Tile, bytes], files: TileFiles) -> None:
    files.remove(TILES[0])
    with locked(files.folder / "shards") as is_ours:
        assert is_ours
        assert found() == []
        assert not files.has(TILES[0])
    assert found() == []
    assert files.has(TILES[0])


def test_no_tile_is_made_of_a_record_that_was_altered(
    frozen: dict[Tile, bytes], files: TileFiles, attack: Attack, write: Write
) -> None:
    attack("UPDATE accounts_record SET entry = chain_hash WHERE sequence = 270")
    rmtree(files.folder / "tile")
    assert found() == [(1, 270)]
    assert [tile for tile in TILES if files.has(tile)] == []
    write(now=NEW_YEAR)
    assert advance(now=NEW_YEAR) is not None
    assert is_signed(NEW_YEAR)


def test_no_tile_is_left_that_does_not_lead_to_the_signed_root(
    frozen: dict[Tile, bytes], files: TileFiles, attack: Attack
) -> None:
    """A record and all behind it are written anew so that they fit together; the tiles that are there tell."""
    chain = bytes(Record.objects.get(sequence=269).chain_hash)
    for record in Record.objects.filter(sequence__gt=269).order_by("sequence"):
        old = Entry.from_bytes(bytes(record.entry))
        new = Entry(**{**vars(old), "kind": "account.operator_created", "previous": chain}).to_bytes()
        leaf, chain = leaf_hash(new), chain_hash(chain, leaf_hash(new))
        attack(
            "UPDATE accounts_record SET entry = %s, leaf_hash = %s, chain_hash = %s WHERE sequence = %s",
            (new, leaf, chain, record.sequence),
        )
    lost = [Tile(level, 1, SIZE - 256) for level in (ENTRIES, 0)]
    for tile in lost:
        files.remove(tile)
    assert found() == [(1, 1)]
    assert not any(files.has(tile) for tile in lost)


def test_a_higher_tile_is_not_made_of_an_altered_one(frozen: dict[Tile, bytes], files: TileFiles) -> None:
    alter(files, Tile(0, 0), 32 * 99)
    files.remove(Tile(1, 0, 1))
    assert found() == [(1, 100)]
    assert not files.has(Tile(1, 0, 1))
    files.remove(Tile(0, 0))
    assert found() == []
    assert {tile: files.read(tile) for tile in TILES} == frozen


@pytest.mark.parametrize(
    ("tile", "at", "record"),
    [
        (Tile(0, 0), 32 * 5, 6),
        (Tile(0, 1, 45), 32 * 44 + 31, 301),
        (Tile(1, 0, 1), 0, 1),
        (Tile(ENTRIES, 0), 4, 1),
        (Tile(ENTRIES, 1, 45), 4, 257),
    ],
)
def test_an_altered_tile_is_told_until_it_is_put_right(
    frozen: dict[Tile, bytes],
    files: TileFiles,
    caplog: pytest.LogCaptureFixture,
    tile: Tile,
    at: int,
    record: int,
) -> None:
    alter(files, tile, at)
    with caplog.at_level(logging.WARNING):
        assert found() == [(1, record)]
        assert found() == [(1, record)]
        assert (Halt.objects.get().id, Halt.objects.get().sequence) == (1, record)
        assert files.read(tile) != frozen[tile]
        files.place(tile).write_bytes(frozen[tile])
        assert found() == []
    assert not Halt.objects.exists()
    shard = Shard.objects.get(first=1)
    first, last = caplog.messages
    assert first.startswith(
        f"The frozen shard {shard} is in doubt; the one that grows is signed on. Record {record}:"
    )
    assert last == f"The frozen shard {shard} is in doubt no more."


def test_a_tile_that_the_disk_does_not_give_is_told(frozen: dict[Tile, bytes], files: TileFiles) -> None:
    alter(files, Tile(0, 0), 0)
    files.place(Tile(0, 0)).write_bytes(b"short")
    assert found() == [(1, 1)]


def test_a_tree_that_leads_elsewhere_is_told(
    frozen: dict[Tile, bytes], files: TileFiles, attack: Attack
) -> None:
    """Tile, bundle and row are altered alike: each fits the other, and the root tells."""
    entry, leaf = Record.objects.values_list("entry", "leaf_hash").get(sequence=300)
    other = bytes(entry).replace(b"account.created", b"account.cheated")
    for tile, old, new in (
        (Tile(ENTRIES, 1, 45), bytes(entry), other),
        (Tile(0, 1, 45), bytes(leaf), leaf_hash(other)),
    ):
        files.place(tile).write_bytes(files.read(tile).replace(old, new))
    attack(
        "UPDATE accounts_record SET entry = %s, leaf_hash = %s WHERE sequence = 300",
        (other, leaf_hash(other)),
    )
    assert found() == [(1, 1)]
    assert "do not lead to the root" in Halt.objects.get().sentence


def told(*how: str) -> list[tuple[int, str]]:
    """What ``records verify`` finds."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("records", "verify", "--json", *how, stdout=out)
    return [(each["sequence"], each["code"]) for each in json.loads(out.getvalue())["findings"]]


WAYS = [("--quick",), ("--bytes",), ("--deep",), ()]


@pytest.mark.parametrize("how", WAYS)
def test_every_kind_of_check_names_a_lost_tile(
    frozen: dict[Tile, bytes], files: TileFiles, how: tuple[str, ...]
) -> None:
    assert told(*how) == []
    files.remove(Tile(0, 1, 45))
    files.remove(Tile(ENTRIES, 0))
    assert {(1, "tile"), (257, "tile")} <= set(told(*how))
    rmtree(files.folder / "tile")
    assert min(told(*how)) == (1, "tile")


@pytest.mark.parametrize("how", WAYS)
def test_every_kind_of_check_names_an_altered_tile_that_the_root_shows(
    frozen: dict[Tile, bytes], files: TileFiles, how: tuple[str, ...]
) -> None:
    alter(files, Tile(0, 1, 45), 32 * 9)
    assert min(told(*how)) == (266, "tile")


@pytest.mark.parametrize("how", WAYS)
def test_every_kind_of_check_names_what_was_found_when_tiles_were_hashed(
    frozen: dict[Tile, bytes], files: TileFiles, how: tuple[str, ...]
) -> None:
    """The quick check hashes the first tiles alone, and tells what the last round found in others."""
    alter(files, Tile(0, 0), 32 * 9)
    assert told(*how) == [(10, "tile")]
    found()
    assert told(*how) == [(10, "tile")]
    Halt.objects.update(sequence=200_000)
    assert ((200_000, "tile") in told(*how)) == (how == ("--quick",))


def test_no_finding_says_where_files_lie(
    frozen: dict[Tile, bytes], files: TileFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    rmtree(files.folder / "tile")
    for how in WAYS:
        with pytest.raises(SystemExit):
            call_command("records", "verify", *how)
    assert str(files.folder) not in capsys.readouterr().out


def test_a_round_begins_once_a_day(frozen: dict[Tile, bytes], files: TileFiles) -> None:
    day = timedelta(days=1)
    assert mending.mend(now=NEW_YEAR) == []
    alter(files, Tile(0, 0), 0)
    assert mending.mend(now=NEW_YEAR + day / 2) == []
    assert [mismatch.sequence for _, mismatch in mending.mend(now=NEW_YEAR + day)] == [1]


def test_a_round_goes_in_steps_and_stays_where_it_found_something(
    frozen: dict[Tile, bytes], files: TileFiles
) -> None:
    alter(files, Tile(0, 1, 45), 0)
    seen = [[each.sequence for _, each in mending.mend(at_once=1)] for _ in range(3)]
    assert seen == [[], [257], [257]]
    files.place(Tile(0, 1, 45)).write_bytes(frozen[Tile(0, 1, 45)])
    for is_there in (True, True, False):
        mending.mend(at_once=1)
        assert Halt.objects.exists() == is_there


def test_a_doubt_of_a_witness_is_not_ended_by_whole_tiles(frozen: dict[Tile, bytes]) -> None:
    Halt.objects.create(code="witness", sequence=3, sentence="no", at=NEW_YEAR)
    assert found() == []
    assert Halt.objects.exists()
