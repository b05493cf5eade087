"""B-8: whoever reads the log alone cannot find out what a body says, even knowing every value that it may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import md5, sha1, sha256, sha512
from itertools import islice, product

import pytest

from accounts.identity.documents import DocumentType, check
from accounts.records.canonical import canonical
from accounts.records.entry import SALT_BYTES, Entry, commitment
from accounts.records.models import Record
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.users.models import User

from . import guessing
from .conftest import NOON
from .guessing import confirmed, numbers, public_salts, told_by

Write = Callable[..., Record]
ALWAYS = {"session": "none"}
"""What every body says."""
TRUE = {"name": "Ada Lovelace", "number": "11010519491231002X", "phone": "13800138000", **ALWAYS}
OPEN = {"name": "resident_id", "number": "", "phone": "", **ALWAYS}
"""What a body about nobody may say."""
LIKELY = ["Grace Hopper", "11010519491231002X", "13800138000", "Ada Lovelace", "", "resident_id"]


def published(files: TileFiles) -> bytes:
    """Everything that the log hands to anybody: tiles and bundles of entries."""
    return b"".join(each.read_bytes() for each in sorted(files.folder.rglob("*")) if each.is_file())


def guesses() -> list[bytes]:
    """Bodies out of true and likely values, with every value that is in them alone and in all ways to write them."""
    names = [name for name in TRUE if name not in ALWAYS]
    bodies = [
        canonical({**dict(zip(names, values, strict=True)), **ALWAYS})
        for values in product(LIKELY, repeat=len(names))
    ]
    values = [each.encode(code) for each in LIKELY for code in ("utf-8", "utf-16-le", "gb18030")]
    return [canonical(TRUE), *bodies, *values]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_no_hash_of_a_true_or_likely_body_stands_in_it(
    write: Write, files: TileFiles, user: User, is_sealed: bool
) -> None:
    record = write(body=TRUE, person=user) if is_sealed else write(body=OPEN)
    advance(now=NOON)
    told = published(files) + bytes(record.entry)
    for guess in guesses():
        for digest in (md5(guess), sha1(guess), sha256(guess), sha512(guess)):  # noqa: S324  # what an attacker tries
            assert digest.digest() not in told
            assert digest.hexdigest().encode() not in told
        for salt in (b"", bytes(SALT_BYTES), record.event_id.bytes, b"\x02"):
            assert commitment(salt, guess).hex().encode() not in told


def test_the_true_body_is_told_only_by_its_salt(write: Write) -> None:
    record = write(body=OPEN)
    salt = bytes(record.body.content)[:SALT_BYTES]
    said = Entry.from_bytes(bytes(record.entry)).commitment
    assert commitment(salt, canonical(OPEN)) == said
    assert salt.hex().encode() not in bytes(record.entry)


def test_the_same_body_twice_looks_like_two(write: Write) -> None:
    first, second = write(body=OPEN), write(body=OPEN)
    commitments = {Entry.from_bytes(bytes(each.entry)).commitment for each in (first, second)}
    assert len(commitments) == 2


GUESSES = 500_000
"""``python -m tests.benchmarks.guessing`` makes ten million."""


def test_of_half_a_million_guesses_none_is_confirmed(write: Write, user: User) -> None:
    records = [write(body=TRUE, person=user), write(body=OPEN), write(body={"n": 1}, person=user)]
    entries = [bytes(each.entry) for each in records]
    told, salts = told_by(entries), public_salts(entries)
    true = [
        canonical(TRUE),
        canonical(OPEN),
        canonical({"n": 1, **ALWAYS}),
        *(each.encode() for each in TRUE.values()),
    ]
    assert not [each for each in guessing.guesses(GUESSES, true) if confirmed(each, told, salts)]


def test_it_would_be_confirmed_had_it_a_salt_that_is_known(write: Write) -> None:
    """The same attacker against the same log, whose commitment is salted by what is told of the record, or by nothing."""
    entry = Entry.from_bytes(bytes(write(body=OPEN).entry))
    for salt in (b"", bytes(SALT_BYTES), entry.event_id.bytes):
        weak = replace(entry, commitment=commitment(salt, canonical(OPEN))).to_bytes()
        assert confirmed(canonical(OPEN), told_by([weak]), public_salts([weak]))
    weak = replace(entry, commitment=sha256(canonical(OPEN)).digest()).to_bytes()
    assert confirmed(canonical(OPEN), told_by([weak]), ())


def test_the_guessed_numbers_are_ones_that_people_have() -> None:
    assert all(check(DocumentType.RESIDENT_ID, each, NOON.date()) for each in islice(numbers(), 1000))
    told = list(islice(guessing.guesses(9, [b"true"]), 9))
    assert told[0] == b"true"
    assert canonical({**TRUE, "number": told[1].decode()}) == told[2]
