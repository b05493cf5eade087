"""Reading the whole log again and saying what in it is not as it was written.

What this can prove alone: no record between the first and the head was altered, added, removed or moved, unless
everything after it was rewritten as well. What it cannot: that the end was not cut off, or that the whole was not
rewritten. For that somebody else has to hold an earlier head; ``expected`` compares with one. Nor does it read any
other table, unless ``is_deep`` asks for those that can be compared with the log: a row that was altered elsewhere is altered all the
same, and the record still holds what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Value
from django.db.models.functions import Concat

from accounts.records import deep
from accounts.records.canonical import JSON
from accounts.records.entry import (
    FIRST_SEQUENCE,
    GENESIS,
    SALT_BYTES,
    Entry,
    EntryInvalid,
    chain_hash,
    commitment,
    leaf_hash,
)
from accounts.records.log import body_context
from accounts.records.models import Record, RecordBody
from accounts.records.reading import PAGE, Spelling, StoredRecord, stored_records
from accounts.records.shredding import shredded
from accounts.records.stored import octets
from accounts.vault.wrapped_key import Damaged, Erased, unseal_under, unwrapping_once

# Findings told one by one; the rest are counted.
TOLD = 100
# What accounts.users.erasure writes as it destroys a person's key.
ERASURE = "account.erased"


class HeadInvalid(ValueError):
    """A head that is not written as SEQUENCE:HASH."""


@dataclass(frozen=True)
class Head:
    """The last record's number and chain hash: the whole log in 32 bytes. An empty log ends at 0."""

    sequence: int
    chain_hash: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.chain_hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read ``SEQUENCE:HASH`` with 64 hexadecimal digits. Raises :class:`HeadInvalid`."""
        number, _, digits = text.partition(":")
        try:
            head = cls(int(number), bytes.fromhex(digits))
        except ValueError as error:
            raise HeadInvalid(f"expected SEQUENCE:HASH, found {text!r}") from error
        if str(head) != text.lower() or head.sequence < 0 or len(head.chain_hash) != len(GENESIS):
            raise HeadInvalid(f"expected SEQUENCE:HASH with 64 hexadecimal digits, found {text!r}")
        return head


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and at which record."""

    sequence: int
    code: str
    sentence: str


@dataclass
class Findings:
    """What a whole reading found. ``told`` holds the first hundred findings, ``count`` counts all.

    ``held``: up to which record something from outside was compared with the log, and ``held_by_witnesses``: of that, their signatures.
    """

    records: int = 0
    opened: int = 0
    erased: int = 0
    count: int = 0
    told: list[Finding] = field(default_factory=list)
    head: Head = Head(FIRST_SEQUENCE - 1, GENESIS)
    witnessed: bool = False
    held: int = 0
    held_by_witnesses: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0

    def add(self, sequence: int, code: str, sentence: str) -> None:
        """Note one finding."""
        self.count += 1
        if len(self.told) < TOLD:
            self.told.append(Finding(sequence, code, sentence))

    def as_dict(self) -> dict[str, JSON]:
        """The findings as one JSON object."""
        return {
            "intact": self.is_intact,
            "witnessed": self.witnessed,
            "records": self.records,
            "bodies": {"opened": self.opened, "erased": self.erased},
            "head": str(self.head),
            "finding_count": self.count,
            "findings": [vars(finding) for finding in self.told],
        }


def verify(
    *,
    expected: Head | None = None,
    is_deep: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Findings:
    """Read every record in order and check it against itself and the one before it.

    Found are: gaps and doubles in the numbers, entries that are not canonical, columns that differ from their entry,
    wrong leaf and chain hashes, broken links, time that runs backwards, bodies that are missing, altered or left
    over, bodies erased without a record of their person's erasure, and (with ``expected``, a head noted earlier) a
    log that was cut off or rewritten since.

    ``is_deep``: compare those other tables with the log that have registered for it (:mod:`accounts.records.deep`), too.
    ``progress`` is called with the number of records read so far. Memory is bounded; the log may grow meanwhile.
    """
    findings = Findings(held=expected.sequence if expected else 0)
    with unwrapping_once():
        _read(Reader(findings, expected), progress)
        for mismatch in deep.mismatches() if is_deep else ():
            sentence = f"{mismatch.subject}: {mismatch.sentence}"
            findings.add(_last_about(mismatch.subject), mismatch.code, sentence)
    return findings


def _read(reader: Reader, progress: Callable[[int], None] | None) -> None:
    for record in stored_records():
        reader.read(record)
        if progress and reader.findings.records % PAGE == 0:
            progress(reader.findings.records)
    reader.finish()


def _last_about(subject: str) -> int:
    """The number of the last record about ``subject``; 0 where there is none."""
    about = Record.objects.filter(subject=subject).order_by("-sequence")
    return about.values_list("sequence", flat=True).first() or 0


class Reader:
    """Walks the log once, in the order of :func:`~accounts.records.reading.stored_records`; knows what the next record has to continue."""

    def __init__(self, findings: Findings, expected: Head | None) -> None:
        self.findings = findings
        self.expected = expected
        self.last_at: datetime | None = None
        self.shredded = shredded()
        self.spelling = Spelling()

    def read(self, record: StoredRecord) -> None:
        """Check one record and make it the one that the next has to continue."""
        self.findings.records += 1
        if not self._is_in_place(record.sequence):
            return
        content = octets(record.entry)
        try:
            entry = Entry.from_bytes(content)
        except EntryInvalid as error:
            self._move_to(record, octets(record.chain_hash))
            self.findings.add(record.sequence, "entry", f"The entry cannot be read: {error}.")
            return
        leaf = leaf_hash(content)
        chain = chain_hash(entry.previous, leaf)
        self._check_columns(record, entry, leaf)
        self._check_links(record, entry, chain)
        self._check_body(record, entry)
        self._move_to(record, chain)
        self.last_at = entry.at

    def finish(self) -> None:
        """Check what only the whole log can show."""
        for left_over in _left_over_bodies():
            self.findings.add(left_over, "body_left_over", "There is a body for a record that is not there.")
        for person, first in _erased_without_record():
            self.findings.add(
                first,
                "erased_without_record",
                f"The key of {person} is destroyed and no record says that {person} was erased.",
            )
        if self.expected and self.expected.sequence > self.findings.head.sequence:
            self.findings.add(
                self.expected.sequence,
                "head",
                f"The log ends at {self.findings.head.sequence}; it once had {self.expected.sequence} records.",
            )

    def _move_to(self, record: StoredRecord, chain: bytes) -> None:
        self.findings.head = Head(record.sequence, chain)
        if self.expected and self.expected.sequence == record.sequence and self.expected.chain_hash != chain:
            self.findings.add(
                record.sequence, "head", "The log up to here is not the one the expected head names."
            )

    def _is_in_place(self, sequence: object) -> bool:
        """Note a gap. False only for a number that is none, which nothing can be compared with."""
        expected = self.findings.head.sequence + 1
        if sequence != expected:
            self.findings.add(
                expected, "sequence", f"Expected record {expected}, found {sequence!r} in its place."
            )
        return isinstance(sequence, int)

    def _check_columns(self, record: StoredRecord, entry: Entry, leaf: bytes) -> None:
        columns = (
            ("sequence", record.sequence, entry.sequence),
            ("event_id", record.stored_id, self.spelling.of_id(entry.event_id)),
            ("kind", record.kind, entry.kind),
            ("subject", record.subject, entry.subject),
            ("at", record.stored_at, self.spelling.of_time(entry.at)),
            ("leaf_hash", octets(record.leaf_hash), leaf),
        )
        for name, stored, written in columns:
            if stored != written:
                self.findings.add(record.sequence, "column", f"The column {name} differs from the entry.")

    def _check_links(self, record: StoredRecord, entry: Entry, chain: bytes) -> None:
        if octets(record.chain_hash) != chain:
            self.findings.add(record.sequence, "chain_hash", "The chain hash is not that of this entry.")
        if entry.previous != self.findings.head.chain_hash:
            self.findings.add(
                record.sequence, "previous", "The entry does not continue the record before it."
            )
        if self.last_at and entry.at < self.last_at:
            self.findings.add(record.sequence, "time", "The entry is older than the one before it.")

    def _check_body(self, record: StoredRecord, entry: Entry) -> None:
        if record.content is None:
            self.findings.add(record.sequence, "body_missing", "The record has no body.")
            return
        if octets(record.content) == b"":
            self._check_emptied(record)
            return
        if _person_of(record) != entry.person:
            self.findings.add(
                record.sequence, "body", "The body is not sealed for the person whom the entry names."
            )
            return
        try:
            content = _open(record, entry)
        except Erased:
            self.findings.erased += 1
            return
        except Damaged:
            content = b""
        if commitment(content[:SALT_BYTES], content[SALT_BYTES:]) != entry.commitment:
            self.findings.add(record.sequence, "body", "The body is not what the entry committed to.")
            return
        self.findings.opened += 1

    def _check_emptied(self, record: StoredRecord) -> None:
        """A body may be empty where a later record says that its time was over."""
        if self.shredded.get(record.sequence, (0,))[0] > record.sequence:
            self.findings.erased += 1
            return
        self.findings.add(
            record.sequence,
            "erased_without_record",
            "The body is empty and no record says that it was erased.",
        )


def _person_of(record: StoredRecord) -> str | None:
    if record.key is None:
        return None
    return record.person or f"nobody, by key {record.key}"


def _open(record: StoredRecord, entry: Entry) -> bytes:
    if record.key is None:
        return octets(record.content)
    return unseal_under(record.wrapped, octets(record.content), context=body_context(entry.event_id))


def _left_over_bodies() -> Iterator[int]:
    records = Record.objects.filter(sequence=OuterRef("record_id"))
    left_over = RecordBody.objects.filter(~Exists(records)).order_by("record_id")
    return left_over.values_list("record_id", flat=True).iterator(chunk_size=PAGE)


def _erased_without_record() -> Iterator[tuple[str, int]]:
    """Producer ids whose key is gone though no record tells of it, each with the first record that lost its body."""
    told = Record.objects.filter(kind=ERASURE, subject=OuterRef("erased_subject"))
    producer = "person_key__user__producer_id"
    return (
        RecordBody.objects.filter(person_key__isnull=False, person_key__wrapped__isnull=True)
        .annotate(erased_subject=Concat(Value("user:"), producer))
        .filter(~Exists(told))
        .values_list(producer)
        .annotate(first=Min("record_id"))
        .order_by("first")
        .iterator(chunk_size=PAGE)
    )
