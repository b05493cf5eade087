"""The records' stored bytes, read again and hashed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import DatabaseError, OperationalError

from accounts.records.entry import GENESIS, Entry, EntryInvalid, chain_hash, leaf_hash
from accounts.records.halting import Mismatch
from accounts.records.models import Record

UNREADABLE = "Could not decode to UTF-8"
"""What Python's sqlite3 says of text that is none."""
COLUMNS = ("sequence", "entry", "leaf_hash", "chain_hash")


def count() -> int:
    """How many records there are, by the number of the last."""
    last = Record.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return last or 0


def entries(start: int, end: int) -> list[bytes]:
    """The entries of leaves ``[start, end)``, each read whole and held against its hashes and its neighbour.

    Raises :class:`~accounts.records.halting.Mismatch` naming the first record that is not as it was written.
    """
    found = []
    with _readable(start, end):
        chain = _chain_before(start)
        for expected, row in enumerate(_rows(start, end), start + 1):
            chain = _checked(row, expected, chain)
            found.append(bytes(row[1]))
    if len(found) != end - start:
        raise Mismatch("cut_off", start + len(found) + 1, f"Record {start + len(found) + 1} is not there.")
    return found


def leaves(start: int, end: int) -> list[bytes]:
    """The stored leaf hashes of leaves ``[start, end)``; empty bytes in the place of what is none."""
    found = Record.objects.filter(sequence__gt=start, sequence__lte=end).order_by("sequence")
    with _readable(start, end):
        hashes = list(found.values_list("leaf_hash", flat=True))
    return list(map(octets, hashes))


def octets(value: object) -> bytes:
    """A binary column's bytes; none for a value of another type, which no hash fits."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def leaf_again(entry: bytes) -> bytes:
    """The leaf hash on another way than :func:`~accounts.records.entry.leaf_hash`: a slip in one shows in the other."""
    hasher = sha256()
    hasher.update(b"\x00")
    hasher.update(memoryview(entry))
    return hasher.digest()


@contextmanager
def _readable(start: int, end: int) -> Iterator[None]:
    """SQLite keeps in any column what its file's owner writes there: text that is none cannot even be read."""
    try:
        yield
    except OperationalError as error:
        if UNREADABLE not in str(error):
            raise
        first = next(each for each in range(start, end + 1) if not _is_readable(each))
        raise Mismatch("record", max(first, 1), "A column holds bytes that cannot be read.") from error


def first_unreadable() -> int:
    """The number of the first record of which, or of whose body, something cannot be read; 1 where even that is unclear."""
    try:
        return next((each for each in range(1, count() + 1) if not _is_readable(each)), 1)
    except DatabaseError:
        return 1


def _is_readable(sequence: int) -> bool:
    try:
        Record.objects.filter(sequence=sequence).select_related("body__person_key").first()
    except DatabaseError:
        return False
    return True


def _chain_before(start: int) -> bytes:
    if not start:
        return GENESIS
    before = Record.objects.filter(sequence=start).values_list("chain_hash", flat=True).first()
    return bytes(before or b"")


def _rows(start: int, end: int) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    found = Record.objects.filter(sequence__gt=start, sequence__lte=end).order_by("sequence")
    return found.values_list(*COLUMNS).iterator()


def _checked(row: tuple[int, bytes, bytes, bytes], expected: int, chain: bytes) -> bytes:
    """Check one row against the one before it; return its chain hash."""
    sequence, content, leaf, stored_chain = row
    if sequence != expected:
        raise Mismatch("record", expected, f"Expected record {expected}, found {sequence!r}.")
    if not all(isinstance(each, bytes | memoryview) for each in row[1:]):
        raise Mismatch("record", expected, "A column is no sequence of bytes.")
    try:
        entry = Entry.from_bytes(bytes(content))
    except EntryInvalid as error:
        raise Mismatch("record", expected, f"The entry cannot be read: {error}.") from error
    computed = leaf_hash(bytes(content))
    linked = chain_hash(chain, computed)
    if (entry.sequence, entry.previous) != (expected, chain):
        raise Mismatch("record", expected, "The entry does not continue the record before it.")
    if (bytes(leaf), bytes(stored_chain)) != (computed, linked):
        raise Mismatch("record", expected, "The stored hashes are not those of the stored entry.")
    return linked
