"""Comparing other tables with the log. Each room that keeps such a table registers what looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from accounts.records.canonical import JSON, parse
from accounts.records.entry import SALT_BYTES
from accounts.records.log import body_context
from accounts.records.models import Record
from accounts.vault.sealing import unseal


@dataclass(frozen=True)
class Mismatch:
    """A row that is not as the log tells. ``subject``: what the log calls it; ``code`` is stable."""

    subject: str
    code: str
    sentence: str


Check: TypeAlias = Callable[[], Iterator[Mismatch]]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Have ``check`` asked by ``records verify --deep``. A second call under the same name replaces the first."""
    _checks[name] = check


def mismatches() -> Iterator[Mismatch]:
    """All that any registered check finds."""
    for name in sorted(_checks):
        yield from _checks[name]()


def body_of(record: Record) -> JSON:
    """What ``record`` commits to. Raises Erased or Damaged (:mod:`accounts.vault.sealing`), or NotCanonical."""
    key = record.body.person_key
    content = bytes(record.body.content)
    if key is not None:
        content = unseal(key.user, content, context=body_context(record.event_id))
    return parse(content[SALT_BYTES:])
