"""Packages whose records lie in more than one shard."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from accounts.records import export, signing
from accounts.records.canonical import canonical
from accounts.records.checkpoint import TreeHead
from accounts.records.models import Checkpoint, Cosignature, Record, Shard
from accounts.records.note import COSIGNATURE
from accounts.records.rotating import rotate
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile
from accounts.records.witnesses import Witness

from .test_export import WITNESS, _resigned, checked, unpacked
from .test_rotating import NEW_YEAR

Write = Callable[..., Record]


@pytest.fixture
def work(write: Write, files: TileFiles) -> str:
    """A work with two records in the first shard, one in the second, none in the third and one in the fourth."""
    write(subject="work:A")
    write(subject="work:A")
    for year, subject in ((2027, "work:A"), (2028, "work:B"), (2029, "work:A")):
        rotate(now=NEW_YEAR.replace(year=year))
        write(subject=subject, now=NEW_YEAR.replace(year=year))
    return "work:A"


@pytest.fixture
def package(work: str) -> dict[str, bytes]:
    return unpacked(export.package(subject=work))


def test_each_shard_has_its_checkpoint_and_each_link_its_two_records(package: dict[str, bytes]) -> None:
    assert {name for name in package if name.startswith("checkpoints/")} == {
        f"checkpoints/{end}.txt" for end in (3, 6, 9, 11)
    }
    sizes = [(each["first"], each["size"]) for each in json.loads(package["manifest.json"])["shards"]]
    assert sizes == [(1, 3), (4, 3), (7, 3), (10, 2)]
    links = [json.loads(line)["seq"] for line in package["links.jsonl"].splitlines()]
    assert links == [3, 4, 6, 7, 9, 10]
    records = [json.loads(line)["seq"] for line in package["records.jsonl"].splitlines()]
    assert records == [1, 2, 5, 11]


def test_it_proves_itself(package: dict[str, bytes], tmp_path: Path) -> None:
    for shard in Shard.objects.all():
        known = str(signing.log_keys(shard.origin)[0])
        found = checked(package, tmp_path, known)
        assert (found.findings, found.records) == ([], 4)
    assert checked(package, tmp_path, str(signing.log_keys("other.example.com/log")[0])).findings


def test_records_of_one_shard_need_no_other(work: str, tmp_path: Path) -> None:
    files = unpacked(export.package(subject="work:B"))
    assert "links.jsonl" not in files
    assert checked(files, tmp_path).findings == []
    assert json.loads(files["proofs/8.tlog-proof"].splitlines()[1].removeprefix(b"index ")) == 1


def test_a_year_takes_what_was_written_before_its_shard_was_opened(
    write: Write, files: TileFiles, tmp_path: Path
) -> None:
    write()
    write(now=NEW_YEAR)
    rotate(now=NEW_YEAR)
    write(now=NEW_YEAR)
    found = checked(export.package_of_year(2027).content, tmp_path)
    assert (found.findings, found.records) == ([], 4)
    assert found.figures["log.opened"][0] == 1


def test_it_is_the_same_after_the_next_year_began(work: str, package: dict[str, bytes], write: Write) -> None:
    rotate(now=NEW_YEAR.replace(year=2030))
    write(now=NEW_YEAR.replace(year=2030))
    again = unpacked(export.package(subject=work))
    assert again == package


def test_every_flipped_byte_of_the_links_is_found(package: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("links.jsonl", "bodies/3.json", "bodies/4.json", "proofs/4.tlog-proof", "checkpoints/3.txt"):
        data = package[name]
        for at in range(0, len(data), max(1, len(data) // 12)):
            flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            assert checked({**package, name: flipped}, tmp_path).findings, (name, at)


def test_a_lost_folder_of_a_shard_is_made_again_first(
    work: str, package: dict[str, bytes], files: TileFiles
) -> None:
    rmtree(files.below("2028").folder)
    assert unpacked(export.package(subject=work)) == package
    assert files.below("2028").has(Tile(0, 0, 3))


def test_a_shard_whose_tiles_cannot_be_made_again_is_named(
    work: str, package: dict[str, bytes], files: TileFiles, attack: Callable[..., None]
) -> None:
    rmtree(files.below("2028").folder)
    attack("UPDATE accounts_record SET entry = chain_hash WHERE sequence = 8")
    with pytest.raises(
        export.NotExportable, match=r"/log/2028 is not what was signed. Record 8: "
    ) as refused:
        export.package(subject=work)
    assert str(files.folder) not in str(refused.value)


def test_it_hands_over_no_proof_of_a_frozen_tree_that_was_altered(
    work: str, package: dict[str, bytes], files: TileFiles
) -> None:
    place = files.below("2027-2").place(Tile(0, 0, 3))
    place.write_bytes(place.read_bytes()[:32] + bytes(32) + place.read_bytes()[64:])
    with pytest.raises(export.NotExportable, match=r"/log/2027-2 is not what was signed. Record 5: The tile"):
        export.package(subject=work)


def cosign(size: int) -> None:
    """Have the witness sign a checkpoint."""
    text = Checkpoint.objects.get(size=size).note.partition("\n\n")[0] + "\n"
    line = str(WITNESS.cosign(text, 1_800_000_000))
    Cosignature.objects.create(checkpoint_id=size, witness=WITNESS.name, line=line, at=NEW_YEAR)


@pytest.fixture
def watched(settings: Any) -> None:
    """A witness is named."""
    given = {"YINJI_WITNESSES": (Witness(WITNESS.verifier(COSIGNATURE), "http://127.0.0.1:9"),)}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **given})


def test_a_frozen_tree_is_witnessed_by_whom_signed_a_later_one(
    work: str, tmp_path: Path, watched: None, write: Write
) -> None:
    """Which the package brings along, and no more than that one."""
    alone = unpacked(export.package(subject="work:B"))
    assert checked(alone, tmp_path).standing() == "witnessed 0 of 1"
    write(now=NEW_YEAR.replace(year=2029))
    advance()
    for size in (11, 12):
        cosign(size)
    files = unpacked(export.package(subject="work:B"))
    assert {name for name in files if name.startswith("checkpoints/")} == {
        "checkpoints/9.txt",
        "checkpoints/11.txt",
    }
    found = checked(files, tmp_path)
    assert (found.findings, found.standing()) == ([], "witnessed 1 of 1")
    cosign(8)
    assert set(unpacked(export.package(subject="work:B"))) == set(alone)


def test_a_witness_of_the_last_tree_stands_behind_all_before_it(
    work: str, tmp_path: Path, watched: None
) -> None:
    cosign(3)
    assert checked(unpacked(export.package(subject=work)), tmp_path).standing() == "witnessed 0 of 1"
    cosign(11)
    files = unpacked(export.package(subject=work))
    assert checked(files, tmp_path).standing() == "witnessed 1 of 1"
    for name in ("links.jsonl", "proofs/4.tlog-proof", "bodies/10.json"):
        broken = {**files, name: files[name][:-9] + files[name][-8:]}
        assert checked(broken, tmp_path).standing() == "witnessed 0 of 1", name


def forged(files: dict[str, bytes], settings: Any, **shards: Any) -> dict[str, bytes]:
    """The manifest with other shards, signed by the log: what its operator can do."""
    manifest = json.loads(files["manifest.json"]) | shards
    seed = bytes.fromhex(settings.KEYS.log_signing_keys[0])
    return _resigned({**files, "manifest.json": canonical(manifest)}, seed)


def test_the_operator_cannot_leave_a_shard_or_a_link_out(
    package: dict[str, bytes], tmp_path: Path, settings: Any
) -> None:
    told = json.loads(package["manifest.json"])["shards"]
    first, second, third, fourth = told
    moved = {**second, "first": 5}
    for shards in (
        [first, second, fourth],
        [second, first, third, fourth],
        [first, moved, third, fourth],
        [{**first, "size": 2}, {**second, "first": 3, "size": 4}, third, fourth],
        [first],
    ):
        assert checked(forged(package, settings, shards=shards), tmp_path).findings
    assert checked(forged(package, settings, shards=told), tmp_path).findings == []
    lines = package["links.jsonl"].splitlines(keepends=True)
    for links in (lines[2:], lines[::-1], [*lines[:2], *lines[:2], *lines[4:]]):
        altered = {**package, "links.jsonl": b"".join(links)}
        assert checked(forged(altered, settings), tmp_path).findings


def test_the_operator_cannot_put_another_tree_before_a_shard(
    package: dict[str, bytes], tmp_path: Path, settings: Any
) -> None:
    """The first tree is signed anew with another root: what the second shard names does not fit."""
    note = signing.sign(TreeHead(signing.origin(), 3, bytes(32)))
    altered = {**package, "checkpoints/3.txt": note.encode()}
    for number in (1, 2, 3):
        proof = package[f"proofs/{number}.tlog-proof"].decode().partition("\n\n")[0]
        altered[f"proofs/{number}.tlog-proof"] = f"{proof}\n\n{note}".encode()
    found = checked(_resigned(altered, bytes.fromhex(settings.KEYS.log_signing_keys[0])), tmp_path)
    assert any("names another shard" in each or "is not in the tree" in each for each in found.findings)


def test_a_package_from_before_there_were_shards_still_proves_itself(
    write: Write, files: TileFiles, tmp_path: Path, settings: Any
) -> None:
    write(subject="work:A")
    package = unpacked(export.package(subject="work:A"))
    manifest = json.loads(package["manifest.json"])
    del manifest["shards"]
    seed = bytes.fromhex(settings.KEYS.log_signing_keys[0])
    old = _resigned({**package, "manifest.json": canonical(manifest)}, seed)
    assert checked(old, tmp_path).findings == []
