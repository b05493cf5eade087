"""What somebody tries who holds the database, the disk and the key that signs the log."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from accounts.records.checkpoint import TreeHead, encode
from accounts.records.entry import GENESIS, Entry, chain_hash, commitment, leaf_hash
from accounts.records.merkle import consistency_proof, root_of, subtree_of
from accounts.records.models import Checkpoint
from accounts.records.note import Note, SigningKey
from accounts.records.tile_files import TileFiles
from accounts.records.verify import Findings
from accounts.records.verify_tree import check_bytes
from accounts.records.witness import Witness

from .conftest import NOON

ORIGIN = "log.example.com/records"
LOG = SigningKey(ORIGIN, bytes(range(32)))
KEY = SigningKey("witness.example.com", bytes(range(1, 33)))
ATTACKS = 500
SIZE = 24


def honest() -> list[Entry]:
    """A log as it was written."""
    return chained(
        [
            Entry(
                number,
                UUID(int=number),
                "account.created",
                NOON + timedelta(minutes=number),
                "system",
                f"work:{number}",
                None,
                commitment(bytes(32), bytes([number])),
                GENESIS,
            )
            for number in range(1, SIZE + 1)
        ]
    )


def chained(entries: list[Entry]) -> list[Entry]:
    """The same events with numbers and links that fit: what the attacker's own tools make of them."""
    found, chain = [], GENESIS
    for number, entry in enumerate(entries, 1):
        found.append(replace(entry, sequence=number, previous=chain))
        chain = chain_hash(chain, leaf_hash(found[-1].to_bytes()))
    return found


def edit(entries: list[Entry], chance: random.Random) -> list[Entry]:
    at = chance.randrange(len(entries))
    member, value = chance.choice(
        [
            ("kind", "work.released"),
            ("actor", "8Z0K3ABCDE"),
            ("subject", "work:other"),
            ("commitment", sha256(bytes([at])).digest()),
            ("event_id", UUID(int=chance.getrandbits(128))),
        ]
    )
    return [*entries[:at], replace(entries[at], **{member: value}), *entries[at + 1 :]]


def delete(entries: list[Entry], chance: random.Random) -> list[Entry]:
    at = chance.randrange(len(entries))
    return entries[:at] + entries[at + 1 :]


def delete_and_fill_up(entries: list[Entry], chance: random.Random) -> list[Entry]:
    return [*delete(entries, chance), replace(entries[-1], event_id=UUID(int=chance.getrandbits(128)))]


def reorder(entries: list[Entry], chance: random.Random) -> list[Entry]:
    one, other = chance.sample(range(len(entries)), 2)
    moved = list(entries)
    moved[one], moved[other] = moved[other], moved[one]
    return moved


def cut_off(entries: list[Entry], chance: random.Random) -> list[Entry]:
    return entries[: chance.randrange(1, len(entries))]


def back_date(entries: list[Entry], chance: random.Random) -> list[Entry]:
    at = chance.randrange(len(entries))
    early = entries[at].at - timedelta(days=chance.randrange(1, 400))
    return [*entries[:at], replace(entries[at], at=early), *entries[at + 1 :]]


def insert(entries: list[Entry], chance: random.Random) -> list[Entry]:
    at = chance.randrange(len(entries))
    return [*entries[:at], replace(entries[at], event_id=UUID(int=chance.getrandbits(128))), *entries[at:]]


WAYS: list[Callable[[list[Entry], random.Random], list[Entry]]] = [
    edit, delete, delete_and_fill_up, reorder, cut_off, back_date, insert,
]  # fmt: skip


def request(entries: list[Entry], old: int) -> bytes:
    """The best that the attacker can ask a witness: a signed checkpoint with a proof from the tree that there is now."""
    leaves = [leaf_hash(entry.to_bytes()) for entry in entries]
    text = TreeHead(ORIGIN, len(leaves), root_of(leaves)).text
    proof = consistency_proof(old, len(leaves), subtree_of(leaves)) if old <= len(leaves) else ()
    lines = "".join(f"{encode(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n{Note(text, (LOG.sign(text),))}".encode()


def test_one_witness_finds_every_one_of_five_hundred_attacks(tmp_path: Path) -> None:
    witness = Witness(KEY, (LOG.verifier(),), tmp_path / "witness.sqlite3")
    assert witness.add_checkpoint(request(honest(), 0)).status == 200
    chance = random.Random(11)
    for number in range(ATTACKS):
        attacked = chained(WAYS[number % len(WAYS)](honest(), chance))
        if number % 2 and len(attacked) < SIZE:  # grow again beyond what was witnessed
            attacked = chained([*attacked, *(honest() * 2)[: SIZE + 5 - len(attacked)]])
        old = chance.choice([SIZE, SIZE, 0, min(len(attacked), SIZE - 1)])
        assert witness.add_checkpoint(request(attacked, old)).status in {400, 409, 422}, number
    assert witness.add_checkpoint(request(honest(), SIZE)).status == 200


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_without_a_witness_such_an_attack_is_invisible(way: Callable[..., list[Entry]]) -> None:
    """This is what the report of ``records verify`` says of a log that is not witnessed: its own links all hold."""
    attacked = chained(way(honest(), random.Random(3)))
    chain = GENESIS
    for entry in attacked:
        assert Entry.from_bytes(entry.to_bytes()).previous == chain
        chain = chain_hash(chain, leaf_hash(entry.to_bytes()))
    assert attacked != honest()


def test_flipped_bytes_of_every_file_of_the_log_are_found(large: Checkpoint, files: TileFiles) -> None:
    chance = random.Random(5)
    places = sorted(each for each in files.folder.rglob("*") if each.is_file())
    assert len(places) >= 7
    for place in places * 4:
        whole = place.read_bytes()
        at = chance.randrange(len(whole))
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        findings = Findings()
        check_bytes(findings)
        assert [finding.code for finding in findings.told] == ["tile"], (place, at)
        place.write_bytes(whole)
