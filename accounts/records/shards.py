"""Which shards the log has, and how each is bound to the one before it.

A shard is one tree with its own name. Its last record says that it is frozen and which shard follows (``log.frozen``); the first
of that one names the frozen tree's size and root (``log.opened``). So one checkpoint binds its holder to everything before it, and a
leaf that goes bad spoils the tree of its own year alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.records import signing, stored
from accounts.records.canonical import JSON, NotCanonical, parse
from accounts.records.entry import SALT_BYTES, Entry, EntryInvalid, commitment
from accounts.records.halting import Mismatch
from accounts.records.models import Checkpoint, Record, Shard

FROZEN, OPENED = "log.frozen", "log.opened"
CODE = "shard"
"""The code of what is found wrong with shards."""


@dataclass(frozen=True)
class Promise:
    """What the first record of a shard says of the one before it: its name, its size and its root (32 bytes)."""

    origin: str
    predecessor: str
    size: int
    root: bytes


def all_shards(now: datetime) -> list[Shard]:
    """All shards in order; the one that is still to be, where nothing was signed yet.

    Raises :class:`Mismatch` where rows are gone or hold what is none.
    """
    return _readable(Shard.objects.order_by("first")) or [_first(now)]


def unfinished(now: datetime) -> list[Shard]:
    """The shard that grows, and before it those that are frozen and whose last checkpoint is not signed yet.

    Raises :class:`Mismatch` as :func:`all_shards` does.
    """
    finished = Checkpoint.objects.filter(size=OuterRef("last"))
    found = Shard.objects.filter(Q(last__isnull=True) | ~Exists(finished)).order_by("first")
    return _readable(found) or [_first(now)]


def finished() -> list[Shard]:
    """The frozen shards whose whole tree is signed, in order. Raises :class:`Mismatch` as :func:`all_shards` does."""
    whole = Checkpoint.objects.filter(size=OuterRef("last"))
    return _readable(Shard.objects.filter(Exists(whole)).order_by("first"))


def _readable(found: Iterable[Shard]) -> list[Shard]:
    """SQLite keeps in any column what its file's owner writes there."""
    shards = list(found)
    for shard in shards:
        if not all(_is_whole(each) for each in (shard.first, shard.last or 0)):
            raise Mismatch(CODE, 1, "The row of a shard holds something else than numbers.")
    return shards


def _is_whole(value: object) -> bool:
    return isinstance(value, int)


def _first(now: datetime) -> Shard:
    """The first shard, which is kept with its first checkpoint. Raises :class:`Mismatch` where there was one."""
    if Shard.objects.exists() or Checkpoint.objects.exists():
        raise Mismatch(CODE, 1, "The row of the shard that grows is gone.")
    return Shard(first=1, name=f"{now.astimezone(UTC).year}", origin=signing.origin())


def keep(shard: Shard) -> None:
    """Write the row of the first shard, with its first checkpoint. Safe to call twice."""
    if shard._state.adding:
        shard.save(force_insert=True)


def checkpoints(shard: Shard) -> QuerySet[Checkpoint]:
    """What was signed of a shard."""
    found = Checkpoint.objects.filter(size__gte=shard.first)
    return found if shard.last is None else found.filter(size__lte=shard.last)


def said(sequence: int, kind: str) -> Mapping[str, JSON]:
    """The body of record ``sequence``, which is about nobody; empty where it is of another kind, or not what the entry committed to."""
    found = Record.objects.filter(sequence=sequence).values_list("entry", "body__content").first()
    entry, content = map(stored.octets, found or (b"", b""))
    try:
        told, body = Entry.from_bytes(entry), parse(content[SALT_BYTES:])
    except (EntryInvalid, NotCanonical):
        return {}
    holds = commitment(content[:SALT_BYTES], content[SALT_BYTES:]) == told.commitment
    return body if holds and told.kind == kind and isinstance(body, Mapping) else {}


def about(sequence: int) -> str:
    """Whom the entry of record ``sequence`` is about; "" where there is none that can be read."""
    found = Record.objects.filter(sequence=sequence).values_list("entry", flat=True).first()
    try:
        return Entry.from_bytes(stored.octets(found)).subject
    except EntryInvalid:
        return ""


def promised(sequence: int) -> Promise | None:
    """What record ``sequence`` says of the shard before it; None where it is no such record, or was altered."""
    body: Mapping[str, Any] = said(sequence, OPENED)
    try:
        return Promise(
            str(body["origin"]), str(body["predecessor"]), int(body["size"]), bytes.fromhex(body["root"])
        )
    except (KeyError, TypeError, ValueError):
        return None


def require_promised(shard: Shard, size: int, root: bytes) -> None:
    """Check the last tree of a frozen shard against what its successor says of it. Raises :class:`Mismatch`."""
    found = promised(shard.before + size + 1)
    if found is None or (found.predecessor, found.size, found.root) != (shard.origin, size, root):
        raise Mismatch(CODE, shard.before + size + 1, "The next shard does not name this one's tree.")
