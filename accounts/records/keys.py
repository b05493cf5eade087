"""What the log tells of the keys of this site: which there are, in which order, and what was brought under them. Never a key itself.

Keys lie in files and in the environment, where a process may have read them before the log exists, and they are made before it. So
their records are owed: what is held is laid beside what the log named, at every start, by every command that adds one, and once a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.db import transaction
from django.db.models import QuerySet

from accounts.records import log
from accounts.records.deep import opened
from accounts.records.models import Record

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

ADDED, REMOVED, REORDERED, ROTATED = "key.added", "key.removed", "key.reordered", "key.rotated"

Held: TypeAlias = Mapping[str, Sequence[str]]
"""By the name of a list of keys (``label_signing_keys``), the public name of each key in it, the newest first."""


def subject_of(name: str) -> str:
    """What the log calls a list of keys."""
    return f"keys:{name}"


def tell_added(held: Held, *, now: datetime | None = None) -> None:
    """Record the keys of ``held`` that no record ever named. Safe to run twice, and where the newest keys are not known yet."""
    if not any(_unnamed(held)):
        return
    with transaction.atomic():
        log.take_turn()
        for name, new in _unnamed(held):
            told = _told(name)
            _enter(name, told, [*new, *told], now)


def tell_all(held: Held, *, now: datetime | None = None) -> None:
    """Record in what ``held`` differs from what the log told last. Safe to run twice.

    For the one part of a site that runs once: another may hold what was copied to it earlier.
    """
    with transaction.atomic():
        log.take_turn()
        for name, keys in held.items():
            _enter(name, _told(name), list(keys), now)


def tell_rotated(name: str, key: str, *, changed: int, left: int, now: datetime | None = None) -> None:
    """Record that what lay under older keys was brought under ``key``, the newest of a list: ``changed`` rows, and all but ``left``.

    What changed nothing is recorded where no record tells it of this key yet, and it is not the first key, under which everything began.
    """
    with transaction.atomic():
        log.take_turn()
        is_owed = _named(name)[:1] != [key] and not _is_rotated(name, key)
        if changed or is_owed:
            body: dict[str, JSON] = {"key": key, "changed": changed, "left": left}
            log.append(kind=ROTATED, subject=subject_of(name), body=body, by=None, now=now)


def _unnamed(held: Held) -> Iterator[tuple[str, list[str]]]:
    """The lists in which there is a key that no record names, each with those keys."""
    for name, keys in held.items():
        named = set(_named(name))
        if new := [key for key in keys if key not in named]:
            yield name, new


def _enter(name: str, told: Sequence[str], keys: Sequence[str], now: datetime | None) -> None:
    for kind, key in _differences(told, keys):
        body: dict[str, JSON] = {"key": key, "keys": list(keys)}
        log.append(kind=kind, subject=subject_of(name), body=body, by=None, now=now)


def _differences(told: Sequence[str], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What happened between two states of a list: a kind of event and the key that it is about."""
    yield from ((ADDED, key) for key in reversed(keys) if key not in told)
    yield from ((REMOVED, key) for key in told if key not in keys)
    if set(told) == set(keys) and list(told) != list(keys):
        yield REORDERED, keys[0]


def _told(name: str) -> list[str]:
    """The list as the log told it last; empty where it never did."""
    last = _records(name).exclude(kind=ROTATED).last()
    said = (opened(last) or {}).get("keys") if last else None
    return [str(key) for key in said] if isinstance(said, list) else []


def _named(name: str) -> list[str]:
    """The keys of a list that were ever added to it, the first one first."""
    return [_key_of(record) for record in _records(name).filter(kind=ADDED)]


def _is_rotated(name: str, key: str) -> bool:
    return any(_key_of(record) == key for record in _records(name).filter(kind=ROTATED))


def _key_of(record: Record) -> str:
    return str((opened(record) or {}).get("key", ""))


def _records(name: str) -> QuerySet[Record]:
    return (
        Record.objects.filter(subject=subject_of(name))
        .select_related("body__person_key")
        .order_by("sequence")
    )
