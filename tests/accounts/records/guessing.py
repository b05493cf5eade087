"""Somebody who reads all that the log hands out, and tries whether it tells of what they guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from hashlib import md5, sha1, sha256, sha512
from itertools import chain, islice, product

from accounts.identity.documents import check_character
from accounts.records.entry import GENESIS, SALT_BYTES, Entry

DAYS = [f"{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)]


def told_by(entries: Iterable[bytes]) -> frozenset[bytes]:
    """Every hash that a log tells: commitments, links and leaves, as bytes."""
    found = set()
    for content in entries:
        entry = Entry.from_bytes(content)
        found |= {entry.commitment, entry.previous, sha256(b"\x00" + content).digest()}
    return frozenset(found - {GENESIS})


def public_salts(entries: Iterable[bytes]) -> list[bytes]:
    """What an attacker may take for a salt: nothing, zeros, and what is told of each record."""
    found = [b"", bytes(SALT_BYTES)]
    for content in entries:
        entry = Entry.from_bytes(content)
        found += [entry.event_id.bytes, str(entry.event_id).encode(), entry.previous, entry.subject.encode()]
    return list(dict.fromkeys(found))


def numbers() -> Iterator[str]:
    """Resident identity numbers of one district, all well-formed: those of people between 19 and 76."""
    for year, day, order in product(range(1950, 2008), DAYS, range(1, 1000)):
        digits = f"110105{year}{day}{order:03}"
        yield digits + check_character(digits)


def guesses(count: int, true: Sequence[bytes]) -> Iterator[bytes]:
    """``count`` guesses, the true values first; then each number by itself, and as a body says it."""
    yield from islice(chain(true, _likely()), count)


def _likely() -> Iterator[bytes]:
    for number in numbers():
        yield number.encode()
        yield f'{{"name":"Ada Lovelace","number":"{number}","phone":"13800138000","session":"none"}}'.encode()


def confirmed(guess: bytes, told: Set[bytes], salts: Iterable[bytes]) -> bool:
    """Whether a hash of ``guess`` stands in the log: by itself in any usual way, or salted with what is public, as a commitment is."""
    if sha256(guess).digest() in told or sha256(b"\x02" + guess).digest() in told:
        return True
    if {sha512(guess).digest()[:32], md5(guess).digest(), sha1(guess).digest()} & told:  # noqa: S324  # what an attacker tries
        return True
    return any(sha256(b"\x02" + salt + guess).digest() in told for salt in salts)
