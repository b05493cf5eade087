"""What somebody tries with the shards who holds the database and the disk, and whether each kind of check notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.records import triggers
from accounts.records.models import Checkpoint, Record, Shard
from accounts.records.rotating import rotate
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import ENTRIES, Tile
from accounts.records.verify import Findings
from accounts.records.verify_tree import check_bytes, quick

from .conftest import NOON
from .test_rotating import NEW_YEAR, all_findings, two

__all__ = ["two"]

Write = Callable[..., Record]
Attack = Callable[..., None]


@pytest.fixture
def three(two: list[Shard], write: Write) -> list[Shard]:
    """A third shard behind the two."""
    rotate(now=NEW_YEAR.replace(year=2028))
    return list(Shard.objects.order_by("first"))


def found_by(check: Callable[[Findings], None]) -> set[tuple[int, str]]:
    findings = Findings()
    check(findings)
    return {(finding.sequence, finding.code) for finding in findings.told}


ATTACKS = {
    "the last record of a frozen shard is cut off": [
        "DELETE FROM accounts_recordbody WHERE record_id = 8",
        "DELETE FROM accounts_record WHERE sequence = 8",
    ],
    "the record that freezes is edited": [
        "UPDATE accounts_recordbody SET content = (SELECT entry FROM accounts_record WHERE sequence = 8) WHERE record_id = 8"
    ],
    "the record that opens is edited": [
        "UPDATE accounts_recordbody SET content = (SELECT entry FROM accounts_record WHERE sequence = 9) WHERE record_id = 9"
    ],
    "the record that opens is made another's": [
        "UPDATE accounts_record SET entry = (SELECT entry FROM accounts_record WHERE sequence = 10) WHERE sequence = 9"
    ],
    "a shard is said to begin later": [
        "UPDATE accounts_shard SET first = 10 WHERE first = 9",
    ],
    "a shard is said to end earlier": ["UPDATE accounts_shard SET last = 7 WHERE first = 1"],
    "the border is moved on both sides": [
        "UPDATE accounts_shard SET last = 7 WHERE first = 1",
        "UPDATE accounts_shard SET first = 8 WHERE first = 9",
    ],
    "a shard gets another name": ["UPDATE accounts_shard SET name = '2031' WHERE first = 9"],
    "the first shard gets another name": ["UPDATE accounts_shard SET name = '2025' WHERE first = 1"],
    "a shard gets another origin": [
        "UPDATE accounts_shard SET origin = 'other.example.com/log' WHERE first = 9"
    ],
    "two shards are swapped": [
        "UPDATE accounts_shard SET name = '1999', origin = 'x' WHERE first = 1",
        "UPDATE accounts_shard SET name = '2026', origin = '127.0.0.1:8000/log' WHERE first = 9",
        "UPDATE accounts_shard SET name = '2027', origin = '127.0.0.1:8000/log/2027' WHERE first = 1",
    ],
    "a frozen shard is opened again": [
        "DELETE FROM accounts_shard WHERE first = 9",
        "UPDATE accounts_shard SET last = NULL WHERE first = 1",
    ],
    "the row of the shard that grows is gone": ["DELETE FROM accounts_shard WHERE first = 9"],
    "the row of the first shard is gone": ["DELETE FROM accounts_shard WHERE first = 1"],
    "all rows are gone": ["DELETE FROM accounts_shard"],
    "the last checkpoint of a frozen shard is gone": ["DELETE FROM accounts_checkpoint WHERE size = 8"],
    "the last checkpoint of a frozen shard is an older one": [
        "DELETE FROM accounts_checkpoint WHERE size = 8",
        "UPDATE accounts_checkpoint SET size = 8 WHERE size = 6",
    ],
    "the root of a frozen shard is altered": [
        "UPDATE accounts_checkpoint SET root = (SELECT chain_hash FROM accounts_record WHERE sequence = 8) WHERE size = 8"
    ],
}


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
def test_every_kind_of_check_finds_what_is_done_to_a_shard(
    two: list[Shard], attack: Attack, statements: list[str]
) -> None:
    for check in (quick, check_bytes):
        assert found_by(check) == set()
    for statement in statements:
        attack(statement)
    for check in (quick, check_bytes):
        assert found_by(check), check


@pytest.mark.parametrize("check", [quick, check_bytes])
def test_a_first_shard_of_a_year_to_come_is_found(
    signed: Checkpoint, attack: Attack, check: Callable[[Findings], None]
) -> None:
    """It would not be frozen before that year."""
    attack("UPDATE accounts_shard SET name = '2999'")
    assert found_by(check) == {(1, "shard")}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a column hold anything")
@pytest.mark.parametrize("name", ["x", b"", 1.5, "20266"])
def test_a_shard_whose_name_is_no_year_is_found(two: list[Shard], attack: Attack, name: object) -> None:
    attack("PRAGMA ignore_check_constraints = ON")
    attack("UPDATE accounts_shard SET name = %s WHERE first = 1", (name,))
    attack("PRAGMA ignore_check_constraints = OFF")
    for check in (quick, check_bytes):
        assert (1, "shard") in found_by(check)


def test_a_successor_that_follows_no_freezing_is_found(
    signed: Checkpoint, write: Write, attack: Attack
) -> None:
    attack("UPDATE accounts_shard SET last = 6 WHERE first = 1")
    Shard.objects.create(first=7, name="2027", origin="127.0.0.1:8000/log/2027")
    write(now=NEW_YEAR)
    advance(now=NEW_YEAR)
    assert {(6, "shard"), (7, "shard")} <= set(all_findings())


def test_a_record_that_opens_a_shard_that_is_not_there_is_found(signed: Checkpoint, write: Write) -> None:
    body = {"origin": "a", "predecessor": "b", "size": 1, "root": "00" * 32}
    write(kind="log.opened", body=body)
    assert (7, "shard") in all_findings()


def test_a_byte_in_an_old_tile_is_found_and_stops_nothing(
    three: list[Shard], files: TileFiles, write: Write
) -> None:
    for place, record in ((files, 1), (files.below("2027"), 9)):
        tile = place.place(Tile(ENTRIES, 0, 8 if record == 1 else 5))
        tile.write_bytes(tile.read_bytes()[:-1] + b"!")
        assert any(code == "tile" and number >= record for number, code in found_by(check_bytes))
    write(now=NEW_YEAR.replace(year=2028))
    assert advance(now=NEW_YEAR) is not None


def test_an_altered_record_of_a_frozen_year_is_found_and_stops_nothing(
    three: list[Shard], attack: Attack, write: Write
) -> None:
    attack("UPDATE accounts_record SET entry = chain_hash, leaf_hash = chain_hash WHERE sequence = 3")
    write(now=NEW_YEAR.replace(year=2028))
    assert advance(now=NEW_YEAR) is not None
    assert (8, "root") in found_by(check_bytes)


def test_a_checkpoint_that_somebody_kept_is_held_against_its_own_shard(three: list[Shard]) -> None:
    for end in (4, 8, 13):
        findings, note = Findings(), Checkpoint.objects.get(size=end).note
        quick(findings, given=note)
        check_bytes(findings, given=note)
        assert findings.told == []


REFUSED = [
    "UPDATE accounts_shard SET last = NULL WHERE first = 1",
    "UPDATE accounts_shard SET last = 7 WHERE first = 1",
    "UPDATE accounts_shard SET last = 12 WHERE first = 9",
    "UPDATE accounts_shard SET origin = 'x' WHERE first = 9",
    "DELETE FROM accounts_shard WHERE first = 9",
    "INSERT INTO accounts_shard (first, name, origin) VALUES (13, '2028', 'x')",
    "INSERT INTO accounts_shard (first, name, origin) VALUES (1, '2028', 'x')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_lets_a_shard_be_frozen_once_and_no_more(two: list[Shard], statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("size", "begin"),
    [(9, "127.0.0.1:8000/log\n9\n"), (10, "127.0.0.1:8000/log/2027\n10\n"), (10, "127.0.0.1:8000/log\n10\n")],
)
def test_the_database_keeps_no_checkpoint_that_its_shard_cannot_have(
    two: list[Shard], size: int, begin: str
) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Checkpoint.objects.create(size=size, root=bytes(32), note=f"{begin}x\n\n— x", at=NOON)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"first": 0}, "shard_begins_at_a_record"),
        ({"last": 12}, "shard_is_open_or_frozen"),
        ({"name": "next"}, "shard_is_named_after_a_year"),
        ({}, "one_shard_is_open"),
    ],
)
def test_the_database_refuses_impossible_rows(
    two: list[Shard], attack: Attack, given: dict[str, object], name: str
) -> None:
    row = {"first": 13, "name": "2028", "origin": "x", **given}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Shard.objects.create(**row)
    triggers.install(connection)
