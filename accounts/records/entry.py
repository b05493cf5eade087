"""One entry of the log, and how entries are chained. Pure.

Leaves are hashed as RFC 6962 section 2.1 asks, so that a Merkle tree with inclusion proofs can be laid
over the same entries without changing one of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from accounts.records.canonical import JSON, LARGEST_INTEGER

T = TypeVar("T")

VERSION = 1
SALT_BYTES = 32
LARGEST_ENTRY = 60 * 1024
FIRST_SEQUENCE = 1
# What the first entry names as its predecessor.
GENESIS = bytes(32)
SYSTEM = "system"

# Domain separation: a leaf (RFC 6962) can never be taken for a commitment.
_LEAF = b"\x00"
_COMMITMENT = b"\x02"

# Closed alphabets on purpose: an e-mail address or a name does not fit into any of them.
_KIND = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_SUBJECT = re.compile(r"[a-z_]+:[A-Za-z0-9_-]+")
_PRODUCER = re.compile(r"[0-9A-Z]{1,32}")
_NOT_PRODUCERS: dict[str, tuple[str | None]] = {"actor": (SYSTEM,), "person": (None,)}
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 48


class EntryInvalid(ValueError):
    """An entry that breaks the form. Says which member, what was expected and what was found."""


@dataclass(frozen=True)
class Entry:
    """What the log says of one event. Free of personal data: the body is only committed to.

    ``actor`` is a producer id or ``system``; ``person`` is the producer id of whose key seals the body, None
    where it is stored open; ``commitment`` and ``previous`` are 32 bytes.
    """

    sequence: int
    event_id: UUID
    kind: str
    at: datetime
    actor: str
    subject: str
    person: str | None
    commitment: bytes
    previous: bytes

    def __post_init__(self) -> None:
        is_number = FIRST_SEQUENCE <= self.sequence <= LARGEST_INTEGER
        _expect("seq", is_number, f"a number from 1 to {LARGEST_INTEGER}", self.sequence)
        _expect("kind", _is_name(_KIND, self.kind), "words joined by dots", self.kind)
        _expect(
            "subject", _is_name(_SUBJECT, self.subject), "a kind and an id joined by a colon", self.subject
        )
        for member, producer in (("actor", self.actor), ("person", self.person)):
            is_producer = producer in _NOT_PRODUCERS[member] or _PRODUCER.fullmatch(str(producer)) is not None
            _expect(member, is_producer, "a producer id", producer)

    def to_bytes(self) -> bytes:
        """The canonical form, at most 60 KiB. It is what the leaf hash covers."""
        # Written out for speed. Nothing in here needs escaping: every member has a closed alphabet.
        person = "null" if self.person is None else f'"{self.person}"'
        return (
            f'{{"actor":"{self.actor}","at":"{write_time(self.at)}","commitment":"{self.commitment.hex()}",'
            f'"id":"{self.event_id}","kind":"{self.kind}","person":{person},"previous":"{self.previous.hex()}",'
            f'"seq":{self.sequence},"subject":"{self.subject}","v":{VERSION}}}'
        ).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """Read an entry. Raises :class:`EntryInvalid` unless ``data`` is exactly what :meth:`to_bytes` writes."""
        if len(data) > LARGEST_ENTRY:
            raise EntryInvalid(f"expected at most {LARGEST_ENTRY} bytes, found {len(data)}")
        try:
            entry = cls._from_members(json.loads(data.decode("utf-8")))
        except KeyError as error:
            raise EntryInvalid(f"expected a member {error}, found none") from error
        except (ValueError, RecursionError) as error:
            raise EntryInvalid(str(error)) from error
        if entry.to_bytes() != data:
            raise EntryInvalid("expected an entry without other members or spellings")
        return entry

    @classmethod
    def _from_members(cls, members: JSON) -> Entry:
        if not isinstance(members, Mapping):
            raise EntryInvalid(f"expected an object, found {type(members).__name__}")
        return cls(
            sequence=_member(members, "seq", int),
            event_id=UUID(_member(members, "id", str)),
            kind=_member(members, "kind", str),
            at=read_time(_member(members, "at", str)),
            actor=_member(members, "actor", str),
            subject=_member(members, "subject", str),
            person=None if members["person"] is None else _member(members, "person", str),
            commitment=_hash(members, "commitment"),
            previous=_hash(members, "previous"),
        )


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), 32 bytes (RFC 6962 section 2.1)."""
    return sha256(_LEAF + entry).digest()


def chain_hash(previous: bytes, leaf: bytes) -> bytes:
    """SHA-256(previous chain hash ‖ leaf hash), 32 bytes; :data:`GENESIS` comes before the first."""
    return sha256(previous + leaf).digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256(0x02 ‖ salt ‖ canonical body), 32 bytes. The 32 random bytes of salt stop guessing at bodies."""
    return sha256(_COMMITMENT + salt + body).digest()


def write_time(at: datetime) -> str:
    """An aware time as RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_time(text: str) -> datetime:
    """The aware UTC time that :func:`write_time` wrote. Raises ValueError for another form."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or write_time(at) != text:
        raise ValueError(f"expected a time in UTC with microseconds, found {text[:60]!r}")
    return at


def _is_name(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST_NAME and pattern.fullmatch(text) is not None


def _expect(member: str, holds: bool, expected: str, found: object) -> None:
    if not holds:
        raise EntryInvalid(f"{member}: expected {expected}, found {str(found)[:60]!r}")


def _member(members: Mapping[str, JSON], name: str, kind: type[T]) -> T:
    value = members[name]
    if type(value) is not kind:
        raise EntryInvalid(f"{name}: expected {kind.__name__}, found {type(value).__name__}")
    return value


def _hash(members: Mapping[str, JSON], name: str) -> bytes:
    text = _member(members, name, str)
    _expect(name, _HEX_HASH.fullmatch(text) is not None, "64 hexadecimal digits", text)
    return bytes.fromhex(text)
