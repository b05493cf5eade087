"""Writing to the log. The one function that does."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.prepared import Prepared
from accounts.records import requirements
from accounts.records.canonical import JSON, canonical
from accounts.records.entry import (
    FIRST_SEQUENCE,
    GENESIS,
    SALT_BYTES,
    SYSTEM,
    Entry,
    chain_hash,
    commitment,
    leaf_hash,
)
from accounts.records.models import Record, RecordBody
from accounts.records.open_bodies import require_open
from accounts.records.requirements import SESSION
from accounts.records.sessions import session_of
from accounts.vault import sealing

if TYPE_CHECKING:
    from accounts.users.models import User

# The number that the registry of pictures locks, too (marking/registry/triggers.py): a transaction that writes both takes one lock, in
# whatever order it writes them. With two, those that do it the other way round would wait for each other.
_SEQUENCER = 0x59_49_4E_4A_49


def append(
    *,
    kind: str,
    subject: str,
    body: Mapping[str, JSON],
    by: User | None,
    person: User | None = None,
    now: datetime | None = None,
) -> Record:
    """Write one event in the transaction of the change that it tells of.

    ``kind`` is words joined by dots (``work.released``), ``subject`` a kind and an id (``work:8Z0K3…``); ``by``
    is the acting user, None where the system itself acted, and appears only as a producer id. ``body`` is
    sealed under the key of ``person``, the one it is about; what is about nobody is stored as it is. The session through which ``by`` acts is
    added to it (:mod:`accounts.records.sessions`).

    Raises :class:`~django.db.transaction.TransactionManagementError` outside a transaction,
    :class:`~accounts.records.requirements.RecordIncomplete` for a kind that nobody registered and for a body that leaves out
    what is required of its kind, :class:`~accounts.records.open_bodies.PointsAtSomebody` for an address or a number of somebody in a body
    about nobody, :class:`~accounts.records.entry.EntryInvalid` for a malformed kind or subject,
    :class:`~accounts.records.canonical.NotCanonical` for a body that is not JSON of whole numbers and text, and
    :class:`~accounts.vault.sealing.Erased` when the person's key is gone, or :class:`~accounts.vault.sealing.Damaged` when it does not open;
    nothing is written then.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "A record is written in the transaction of its change; there is none."
        )
    body = {**body, SESSION: session_of(by, about=person.producer_id if person else subject)}
    requirements.require(kind, body)
    if person is None:
        require_open(body)
    take_turn()
    last = _last()
    salt, content = secrets.token_bytes(SALT_BYTES), canonical(body)
    entry = Entry(
        sequence=last.sequence + 1 if last else FIRST_SEQUENCE,
        event_id=uuid4(),
        kind=kind,
        at=_not_before(last, now or timezone.now()),
        actor=by.producer_id if by else SYSTEM,
        subject=subject,
        person=person.producer_id if person else None,
        commitment=commitment(salt, content),
        previous=last.chain_hash if last else GENESIS,
    )
    # Sealed before anything is written: what cannot be sealed leaves no line without its body.
    body_columns = _sealed(entry, salt + content, person)
    record = _write(entry)
    RecordBody.objects.create(record=record, **body_columns)
    return record


def body_context(event_id: UUID) -> str:
    """What a sealed body is bound to, so that it opens under no other record."""
    return f"record:{event_id}"


@dataclass(frozen=True)
class _Last:
    """What the next line needs of the one before it."""

    sequence: int
    at: datetime
    chain_hash: bytes


_LAST = Prepared(lambda: Record.objects.order_by("-sequence").values_list("sequence", "at", "chain_hash")[:1])


def _last() -> _Last | None:
    return next((_Last(sequence, at, bytes(chain)) for sequence, at, chain in _LAST.rows()), None)


def take_turn() -> None:
    """Let one writer in at a time. SQLite's IMMEDIATE transactions already do; PostgreSQL needs a lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER])


def _not_before(last: _Last | None, now: datetime) -> datetime:
    """Time never runs backwards in the log, whatever the clock did."""
    return max(now, last.at) if last else now


def _write(entry: Entry) -> Record:
    content = entry.to_bytes()
    leaf = leaf_hash(content)
    return Record.objects.create(
        sequence=entry.sequence,
        event_id=entry.event_id,
        kind=entry.kind,
        subject=entry.subject,
        at=entry.at,
        entry=content,
        leaf_hash=leaf,
        chain_hash=chain_hash(entry.previous, leaf),
    )


def _sealed(entry: Entry, content: bytes, person: User | None) -> dict[str, Any]:
    """The columns of a body: sealed under the key of ``person``, or as it is."""
    if person is None:
        return {"content": content}
    key, sealed = sealing.seal_with_key(person, content, context=body_context(entry.event_id))
    return {"content": sealed, "person_key": key}
