"""What somebody does who holds the database, the disk and every key of the site: alters records, and writes anew all that follows from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.records.canonical import canonical
from accounts.records.checkpoint import encode
from accounts.records.entry import GENESIS, SALT_BYTES, Entry, chain_hash, commitment, leaf_hash
from accounts.records.log import body_context
from accounts.records.merkle import consistency_proof
from accounts.records.models import Checkpoint, Record, RecordBody
from accounts.records.sequencing import advance, log_files
from accounts.records.tiles import TileTree
from accounts.records.unseen import Way
from accounts.users.models import User
from accounts.vault import sealing

from .conftest import NOON


@dataclass(frozen=True)
class Line:
    """One record as its owner knows it: the entry, salt and body in clear, and whom it is sealed for."""

    entry: Entry
    content: bytes
    person: User | None

    def with_body(self, content: bytes) -> Line:
        salt, body = content[:SALT_BYTES], content[SALT_BYTES:]
        return replace(self, content=content, entry=replace(self.entry, commitment=commitment(salt, body)))

    def with_entry(self, **members: Any) -> Line:
        return replace(self, entry=replace(self.entry, **members))


Lines = list[Line]


def read() -> Lines:
    """The log as it stands, opened with the site's keys."""
    return [
        _read(each) for each in Record.objects.order_by("sequence").select_related("body__person_key__user")
    ]


def _read(record: Record) -> Line:
    key, content = record.body.person_key, bytes(record.body.content)
    person = key.user if key else None
    if person:
        content = sealing.unseal(person, content, context=body_context(record.event_id))
    return Line(Entry.from_bytes(bytes(record.entry)), content, person)


def linked(lines: Sequence[Line]) -> Lines:
    """The same with numbers and links that fit."""
    found: Lines = []
    chain = GENESIS
    for number, line in enumerate(lines, 1):
        found.append(line.with_entry(sequence=number, previous=chain))
        chain = chain_hash(chain, leaf_hash(found[-1].entry.to_bytes()))
    return found


def first_changed(old: Lines, new: Lines) -> int:
    """The number of the first record that is another one, or is gone."""
    same = (one.entry == other.entry for one, other in zip(old, new, strict=False))
    return next(
        (number for number, is_same in enumerate(same, 1) if not is_same), min(len(old), len(new)) + 1
    )


def write(lines: Lines, *, kept: int) -> None:
    """Put ``lines`` in the place of the log, remove tiles and signatures over more than ``kept`` records, and sign with the site's own key.

    For logs of fewer records than one tile has.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_cosignature WHERE checkpoint_id > %s", [kept])
        cursor.execute("DELETE FROM accounts_checkpoint WHERE size > %s", [kept])
        cursor.execute("DELETE FROM accounts_recordbody")
        cursor.execute("DELETE FROM accounts_record")
    Record.objects.bulk_create([_row(line.entry) for line in lines])
    RecordBody.objects.bulk_create([_body(line) for line in lines])
    for each in list((log_files().folder / "tile").rglob("*.p/*")):
        if int(each.name) > kept:
            each.unlink()
    advance(now=NOON)


def _row(entry: Entry) -> Record:
    content = entry.to_bytes()
    leaf = leaf_hash(content)
    return Record(
        sequence=entry.sequence,
        event_id=entry.event_id,
        kind=entry.kind,
        subject=entry.subject,
        at=entry.at,
        entry=content,
        leaf_hash=leaf,
        chain_hash=chain_hash(entry.previous, leaf),
    )


def _body(line: Line) -> RecordBody:
    if line.person is None:
        return RecordBody(record_id=line.entry.sequence, content=line.content)
    key, sealed = sealing.seal_with_key(line.person, line.content, context=body_context(line.entry.event_id))
    return RecordBody(record_id=line.entry.sequence, content=sealed, person_key=key)


def request(old: int, checkpoint: Checkpoint) -> bytes:
    """What a witness is asked: a signed checkpoint, with a proof from the tree of ``old`` records that there is now."""
    tree = TileTree(checkpoint.size, log_files().read)
    proof = consistency_proof(old, checkpoint.size, tree.subtree) if old <= checkpoint.size else ()
    lines = "".join(f"{encode(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n{checkpoint.note}".encode()


# --- the ways ----------------------------------------------------------------------------------------------------


def edit(lines: Lines, chance: random.Random) -> Lines:
    at = chance.randrange(len(lines))
    members: list[dict[str, Any]] = [
        {"kind": "work.released"},
        {"actor": "8Z0K3ABCDE"},
        {"subject": "work:other"},
        {"event_id": UUID(int=chance.getrandbits(128))},
    ]
    return [*lines[:at], lines[at].with_entry(**chance.choice(members)), *lines[at + 1 :]]


def replace_body(lines: Lines, chance: random.Random) -> Lines:
    at = chance.randrange(len(lines))
    said = chance.randbytes(SALT_BYTES) + canonical({"n": chance.getrandbits(32)})
    return [*lines[:at], lines[at].with_body(said), *lines[at + 1 :]]


def delete(lines: Lines, chance: random.Random) -> Lines:
    """The last one is no deletion but a cut; half of the time another comes at the end, so that the number fits."""
    at = chance.randrange(len(lines) - 1)
    return [*lines[:at], *lines[at + 1 :], *more(lines, chance, chance.randrange(2))]


def insert(lines: Lines, chance: random.Random) -> Lines:
    at = chance.randrange(len(lines))
    (new,) = more(lines[: at + 1], chance, 1)
    return [*lines[:at], new, *lines[at:]]


def reorder(lines: Lines, chance: random.Random) -> Lines:
    """Two records change their places, and each takes the time of the other's."""
    one, other = chance.sample(range(len(lines)), 2)
    moved = list(lines)
    moved[one] = lines[other].with_entry(at=lines[one].entry.at)
    moved[other] = lines[one].with_entry(at=lines[other].entry.at)
    return moved


def back_date(lines: Lines, chance: random.Random) -> Lines:
    """By seconds, as far as the record before allows; or by days, and then all before it as well."""
    at = chance.randrange(len(lines))
    if chance.randrange(2):
        early = lines[at].entry.at - timedelta(seconds=chance.randrange(1, 60))
        return [*lines[:at], lines[at].with_entry(at=early), *lines[at + 1 :]]
    back = timedelta(days=chance.randrange(1, 400))
    return [*(each.with_entry(at=each.entry.at - back) for each in lines[: at + 1]), *lines[at + 1 :]]


def rewrite(lines: Lines, chance: random.Random) -> Lines:
    return more(lines[:1], chance, chance.randrange(len(lines) - 4, len(lines) + 5))


def truncate(lines: Lines, chance: random.Random) -> Lines:
    """Half of the time it grows again, beyond what was there."""
    left = lines[: chance.randrange(1, len(lines))]
    return [*left, *more(left, chance, chance.randrange(2) * (len(lines) + 3 - len(left)))]


def more(lines: Lines, chance: random.Random, count: int) -> Lines:
    """New records that never were, at the time of the last."""
    new = [lines[-1].with_entry(event_id=UUID(int=chance.getrandbits(128))) for _ in range(count)]
    return [each.with_body(sha256(each.entry.event_id.bytes).digest() + canonical({"n": 0})) for each in new]


WAYS: dict[Way, Callable[[Lines, random.Random], Lines]] = {
    Way.EDITED: edit,
    Way.BODY_REPLACED: replace_body,
    Way.DELETED: delete,
    Way.INSERTED: insert,
    Way.REORDERED: reorder,
    Way.BACK_DATED: back_date,
    Way.REWRITTEN: rewrite,
    Way.TRUNCATED: truncate,
}
