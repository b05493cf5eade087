from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.records.entry import Entry, chain_hash, leaf_hash
from accounts.records.models import Checkpoint, Record
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import ENTRIES, Tile
from accounts.records.verify import Findings, verify
from accounts.records.verify_tree import check_bytes, quick

from .conftest import NOON, codes, first

Write = Callable[..., Record]
Attack = Callable[..., None]
CHECKS = [quick, check_bytes]


def _found(check: Callable[..., None], **given: Any) -> Findings:
    findings = Findings()
    check(findings, **given)
    return findings


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_what_was_signed_intact(large: Checkpoint, write: Write, check: Callable[..., None]) -> None:
    write()  # not signed yet
    assert _found(check).told == []
    assert _found(check).records == 301


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_an_empty_log_intact(db: None, files: TileFiles, check: Callable[..., None]) -> None:
    assert _found(check).is_intact


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_an_end_that_was_cut_off(
    signed: Checkpoint, attack: Attack, check: Callable[..., None]
) -> None:
    attack("DELETE FROM accounts_recordbody WHERE record_id > 4")
    attack("DELETE FROM accounts_record WHERE sequence > 4")
    assert (5, "cut_off") in codes(_found(check))


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_a_cut_off_end_by_a_checkpoint_that_somebody_kept(
    signed: Checkpoint, attack: Attack, check: Callable[..., None]
) -> None:
    """Everything here was cut off together: only the kept checkpoint tells."""
    kept = signed.note
    attack("DELETE FROM accounts_recordbody WHERE record_id > 4")
    attack("DELETE FROM accounts_record WHERE sequence > 4")
    attack("DELETE FROM accounts_checkpoint WHERE size > 4")
    assert not {"cut_off", "tree"} & {code for _, code in codes(_found(quick))}
    assert not _found(check, given=kept).is_intact


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_a_rebuilt_log_by_a_checkpoint_that_somebody_kept(
    signed: Checkpoint, attack: Attack, write: Write, files: TileFiles, check: Callable[..., None]
) -> None:
    kept = signed.note
    for table, key in (("recordbody", "record_id"), ("record", "sequence"), ("checkpoint", "size")):
        attack(f"DELETE FROM accounts_{table} WHERE {key} > 4")
    rmtree(files.folder)
    for _ in range(4):
        write(kind="account.operator_created")
    advance(now=NOON)
    assert _found(check).is_intact
    assert verify().is_intact
    assert {code for _, code in codes(_found(check, given=kept))} & {"root", "tree"}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("given", ["", "another\n1\n", "x\n\n— x eHh4eHg=\n"])
def test_it_says_when_the_kept_checkpoint_is_none(
    signed: Checkpoint, check: Callable[..., None], given: str
) -> None:
    assert codes(_found(check, given=given)) == {(1, "given")}


def test_it_finds_a_signed_record_that_was_written_anew(signed: Checkpoint, attack: Attack) -> None:
    """Entry, hashes and all that follows fit together again; the tree does not."""
    chain = bytes(Record.objects.get(sequence=3).chain_hash)
    for record in Record.objects.filter(sequence__gt=3).order_by("sequence"):
        old = Entry.from_bytes(bytes(record.entry))
        new = Entry(**{**vars(old), "kind": "account.operator_created", "previous": chain}).to_bytes()
        leaf, chain = leaf_hash(new), chain_hash(chain, leaf_hash(new))
        attack(
            "UPDATE accounts_record SET entry = %s, leaf_hash = %s, chain_hash = %s, kind = 'account.operator_created' "
            "WHERE sequence = %s",
            (new, leaf, chain, record.sequence),
        )
    assert verify().is_intact
    found = codes(_found(check_bytes))
    assert {(4, "root"), (6, "root"), (4, "tile")} <= found
    assert codes(_found(quick)) == set()  # quick trusts the tiles; bytes does not


ALTERED = [
    (Tile(0, 0), 3),
    (Tile(0, 1, 44), 259),
    (Tile(1, 0, 1), 1),
    (Tile(ENTRIES, 0), 1),
    (Tile(0, 1, 4), 259),
]


def test_it_names_the_first_record_of_an_altered_tile(large: Checkpoint, files: TileFiles) -> None:
    for tile, sequence in ALTERED:
        place = files.place(tile)
        whole = place.read_bytes()
        at = 80 if tile.level == 0 else 4
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert codes(_found(check_bytes)) == {(sequence, "tile")}
        place.write_bytes(whole)
    files.place(Tile(0, 0)).unlink()
    files.place(Tile(ENTRIES, 1, 44)).write_bytes(files.read(Tile(ENTRIES, 1, 44))[:-1])
    assert codes(_found(check_bytes)) == {(1, "tile"), (300, "tile")}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("change", ["root = x'00'", "note = replace(note, '127', '128')", "root = 'text'"])
def test_it_finds_an_altered_checkpoint(
    signed: Checkpoint, attack: Attack, check: Callable[..., None], change: str
) -> None:
    attack(f"UPDATE accounts_checkpoint SET {change} WHERE size = 4")
    assert (4, "checkpoint") in codes(_found(check))


def test_it_finds_gaps_and_wrong_hashes(signed: Checkpoint, attack: Attack) -> None:
    attack("DELETE FROM accounts_recordbody WHERE record_id = 2")
    attack("DELETE FROM accounts_record WHERE sequence = 2")
    attack("UPDATE accounts_record SET leaf_hash = 'text' WHERE sequence = 5")
    found = codes(_found(check_bytes))
    assert {(2, "sequence"), (5, "column")} <= found
    assert first(_found(check_bytes)) == 2
    assert (2, "record") in codes(_found(quick))


def test_it_reads_on_behind_bytes_that_are_no_text(signed: Checkpoint, attack: Attack) -> None:
    attack("UPDATE accounts_record SET leaf_hash = CAST(x'ff' AS TEXT) WHERE sequence = 5")
    assert (5, "column") in codes(_found(check_bytes))
    assert codes(_found(quick)) == {(5, "record")}


def _run(*arguments: str) -> int:
    try:
        call_command("records", *arguments)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


@pytest.mark.parametrize("how", [["--quick"], ["--bytes"], ["--deep"], []])
def test_the_command_checks_in_three_ways(
    signed: Checkpoint, attack: Attack, how: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("verify", *how) == 0
    assert "6 records are as they were written" in capsys.readouterr().out
    attack("UPDATE accounts_record SET entry = x'00' WHERE sequence = 5")
    assert _run("verify", *how) == 1
    said = capsys.readouterr().out
    assert "First: record 5. Affected: account.created of work:1" in said


def test_the_command_survives_bytes_that_are_no_text(
    signed: Checkpoint, attack: Attack, capsys: pytest.CaptureFixture[str]
) -> None:
    attack("UPDATE accounts_record SET subject = CAST(x'ff' AS TEXT) WHERE sequence = 5")
    assert _run("verify", "--deep") == 1
    assert "record 5: The database cannot be read" in capsys.readouterr().out


def test_the_command_takes_a_kept_checkpoint(
    signed: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(signed.note)
    assert _run("verify", "--quick", "--checkpoint", str(kept), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["signed"] == {
        "records": 6, "witnesses_signed": 0, "witnesses": 0, "frozen_witnessed": 0, "timestamped": 0,
    }  # fmt: skip
    assert (said["witnessed"], said["affected"]) == (False, [])
    with pytest.raises(CommandError, match="a file with a checkpoint"):
        _run("verify", "--checkpoint", str(tmp_path / "none"))


def test_the_command_prints_the_keys(signed: Checkpoint, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("key") == 0
    assert capsys.readouterr().out.startswith("127.0.0.1:8000/log+")
