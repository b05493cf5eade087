"""B-1: every byte of a log of a thousand records is altered once, and each time the record is named that it belongs to.

What is altered: every byte of every column of records, of the stored bodies, of the columns of checkpoints that are signed, and of every tile and
bundle. Each is given to the function that ``records verify`` reads such a row or file with, in the state that it has there; that the whole
command says the same is held for sixty of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from accounts.records import signing
from accounts.records.checkpoint import CheckpointInvalid
from accounts.records.log import append
from accounts.records.merkle import root_of
from accounts.records.models import Checkpoint, Shard
from accounts.records.reading import StoredRecord, stored_records
from accounts.records.sequencing import advance, log_files
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import ENTRIES, WIDTH, Tile, bundle, first_leaf
from accounts.records.verify import Findings, Reader
from accounts.records.verify_tree import first_difference
from accounts.users.models import User

from .conftest import NOON, codes, said

RECORDS = 1000
SIZES = (300, 900, RECORDS)
COLUMNS = ("stored_id", "kind", "subject", "stored_at", "leaf_hash", "chain_hash")
"""Those that repeat the entry, as a reading of the log finds them; the number is altered in a test of its own."""
WHOLE = 60


@dataclass
class Store:
    """A signed log as it lies there: its rows in the order of a reading, and its files by their tiles."""

    rows: list[StoredRecord]
    reader: Reader
    checkpoints: list[Checkpoint]
    shard: Shard
    files: dict[Tile, bytes]

    def walk(self) -> Iterator[StoredRecord]:
        """Each row, with the reader standing before it."""
        for row in self.rows:
            yield row
            self.reader.read(row)
        assert self.reader.findings.is_intact

    def found(self, row: StoredRecord) -> Findings:
        """What a reading finds that comes to ``row`` now; the reader stays where it is."""
        reader = self.reader
        findings, last_at = reader.findings, reader.last_at
        reader.findings = Findings(head=findings.head)
        reader.read(row)
        told, reader.findings, reader.last_at = reader.findings, findings, last_at
        return told


def build() -> None:
    """A thousand records, every tenth body sealed for a person, under three checkpoints."""
    person = User.objects.create_user("ada@example.com", "correct horse battery")
    for number in range(1, RECORDS + 1):
        append(
            kind="account.created",
            subject=f"work:{number}",
            body={"n": number},
            by=None,
            person=None if number % 10 else person,
            now=NOON + timedelta(seconds=number),
        )
        if number in SIZES:
            advance(now=NOON)


def tiles(folder: Path) -> dict[Tile, bytes]:
    files = (each for each in (folder / "tile").rglob("*") if each.is_file())
    return {Tile.parse(str(each.relative_to(folder / "tile"))): each.read_bytes() for each in files}


@pytest.fixture(scope="module")
def store(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Read from a database that is rolled back at once: what is altered is altered in memory."""
    folder = override_settings(LOG_FOLDER=tmp_path_factory.mktemp("log"))
    with folder, django_db_blocker.unblock(), transaction.atomic():
        build()
        rows, reader = list(stored_records()), Reader(Findings(), None)
        signed, files = list(Checkpoint.objects.order_by("size")), tiles(log_files().folder)
        found = Store(rows, reader, signed, Shard.objects.get(), files)
        transaction.set_rollback(True)
    connection.close()
    return found


@pytest.fixture
def walked(store: Store) -> Store:
    """The same with a reader that stands before the first record."""
    store.reader.findings, store.reader.last_at = Findings(), None
    return store


def flips(value: str | bytes) -> Iterator[Any]:
    """``value`` with each of its bytes altered in one bit, another from byte to byte. Text stays text, with a mark for what became none."""
    whole, bits = (value.encode(), 7) if isinstance(value, str) else (bytes(value), 8)
    for at, octet in enumerate(whole):
        altered = whole[:at] + bytes([octet ^ 1 << at % bits]) + whole[at + 1 :]
        yield altered.decode("utf-8", "replace") if isinstance(value, str) else altered


def named(findings: Findings) -> set[int]:
    return {finding.sequence for finding in findings.told}


def test_every_byte_of_every_entry(walked: Store) -> None:
    flipped = 0
    for row in walked.walk():
        whole = row.entry
        for row.entry in flips(whole):
            assert named(walked.found(row)) == {row.sequence}
            flipped += 1
        row.entry = whole
    assert flipped > 300 * RECORDS


def test_every_byte_of_every_column_that_repeats_the_entry(walked: Store) -> None:
    flipped = 0
    for row in walked.walk():
        for column in COLUMNS:
            whole = vars(row)[column]
            for altered in flips(whole):
                setattr(row, column, altered)
                assert named(walked.found(row)) == {row.sequence}
                flipped += 1
            setattr(row, column, whole)
    assert flipped > 140 * RECORDS


def test_every_byte_of_every_number(walked: Store) -> None:
    """A number that another row has is refused by the database; with a free one the row is read later, and the next in its place."""
    for row in walked.walk():
        for bit in range(0, 64, 8):
            other = row.sequence ^ 1 << (bit + row.sequence % 7)
            if other in range(1, RECORDS + 1):
                continue
            number = row.sequence
            row.sequence = other
            found = walked.found(walked.rows[number] if number < RECORDS else row)
            row.sequence = number
            assert min(named(found)) == number


def test_every_byte_of_every_body(walked: Store) -> None:
    flipped = 0
    for row in walked.walk():
        whole = row.content
        for row.content in flips(whole):
            assert codes(walked.found(row)) == {(row.sequence, "body")}
            flipped += 1
        row.content = whole
    assert flipped > 38 * RECORDS


def parts(rows: list[StoredRecord], tile: Tile) -> list[bytes]:
    """What a tile has to hold, hash by hash or entry by entry."""
    if tile.level == 1:
        return [root_of(leaves(rows, index)) for index in range(tile.width)]
    chosen = rows[tile.index * WIDTH :][: tile.width]
    return [bundle([each.entry]) if tile.level == ENTRIES else each.leaf_hash for each in chosen]


def leaves(rows: list[StoredRecord], index: int) -> list[bytes]:
    return [each.leaf_hash for each in rows[index * WIDTH :][:WIDTH]]


def flipped_places(content: bytes, wanted: list[bytes]) -> Iterator[tuple[bytearray, int]]:
    """A file with each of its bytes altered, in one place of memory; and the part that this byte is of."""
    altered, at = bytearray(content), 0
    for part, expected in enumerate(wanted):
        for place in range(at, at + len(expected)):
            altered[place] ^= 1 << place % 8
            yield altered, part
            altered[place] = content[place]
        at += len(expected)


def test_every_byte_of_every_tile_and_bundle(store: Store) -> None:
    assert {tile.level for tile in store.files} == {ENTRIES, 0, 1}
    flipped = 0
    for tile, content in store.files.items():
        wanted = parts(store.rows, tile)
        assert first_difference(content, wanted) is None
        for altered, part in flipped_places(content, wanted):
            assert first_difference(altered, wanted) == part
            flipped += 1
    assert flipped == sum(map(len, store.files.values())) > 350 * RECORDS


def test_every_byte_of_every_checkpoint(store: Store) -> None:
    """Of the stored columns, those that are signed: the note, and the size and root that repeat it."""
    for checkpoint in store.checkpoints:
        signing.read_own(checkpoint, store.shard)
        for altered in flips(checkpoint.note):
            refused(Checkpoint(size=checkpoint.size, root=checkpoint.root, note=altered), store.shard)
        for altered in flips(checkpoint.root):
            refused(Checkpoint(size=checkpoint.size, root=altered, note=checkpoint.note), store.shard)
        for bit in range(63):
            size = checkpoint.size ^ 1 << bit
            refused(Checkpoint(size=size, root=checkpoint.root, note=checkpoint.note), store.shard)


def refused(checkpoint: Checkpoint, shard: Shard) -> None:
    with pytest.raises(CheckpointInvalid):
        signing.read_own(checkpoint, shard)


# --- the whole command -------------------------------------------------------------------------------------------

Attack = Callable[..., None]


@pytest.fixture
def built(db: None, files: TileFiles, attack: Attack) -> Iterator[TileFiles]:
    """The same in a database whose owner minds no constraint."""
    build()
    attack("PRAGMA ignore_check_constraints = ON")
    yield files
    attack("PRAGMA ignore_check_constraints = OFF")


def altered_rows(chance: random.Random, attack: Attack) -> Iterator[int]:
    """Alter a byte of a row; yield the number of its record; put it back."""
    (table, key), column, form = chance.choice(
        [
            *((("record", "sequence"), each, "TEXT") for each in ("event_id", "kind", "subject", "at")),
            *((("record", "sequence"), each, "BLOB") for each in ("entry", "leaf_hash", "chain_hash")),
            (("recordbody", "record_id"), "content", "BLOB"),
            (("checkpoint", "size"), "note", "TEXT"),
            (("checkpoint", "size"), "root", "BLOB"),
        ]
    )
    number = chance.choice(SIZES) if table == "checkpoint" else chance.randint(1, RECORDS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST({column} AS {form}) FROM accounts_{table} WHERE {key} = %s", [number])
        (whole,) = cursor.fetchone()
    update = f"UPDATE accounts_{table} SET {column} = %s WHERE {key} = %s"
    attack(update, (chance.choice(list(flips(whole))), number))
    yield number
    attack(update, (whole, number))


def altered_files(chance: random.Random, files: TileFiles) -> Iterator[int]:
    """Alter a byte of a tile or bundle; yield the number of the first record below it; put it back."""
    tile, content = chance.choice(sorted(tiles(files.folder).items(), key=str))
    wanted = parts(list(stored_records()), tile)
    at = chance.randrange(len(content))
    part = next(part for place, (_, part) in enumerate(flipped_places(content, wanted)) if place == at)
    files.place(tile).write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
    yield first_leaf(tile, part) + 1
    files.place(tile).write_bytes(content)


def test_the_whole_command_names_the_same_record(built: TileFiles, attack: Attack) -> None:
    chance = random.Random(1)
    assert said()[0] == 0
    for number in range(WHOLE):
        altered = altered_files(chance, built) if number % 4 == 0 else altered_rows(chance, attack)
        for record in altered:
            status, report = said()
            assert (status, min(each["sequence"] for each in report["findings"])) == (1, record), report
    assert said()[0] == 0


def test_a_checkpoint_that_is_no_text_is_found(built: TileFiles, attack: Attack) -> None:
    attack("UPDATE accounts_checkpoint SET note = CAST(CAST(note AS BLOB) || x'ff' AS TEXT) WHERE size = 900")
    status, report = said()
    assert (status, [each["code"] for each in report["findings"]]) == (1, ["database"])
