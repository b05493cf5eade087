"""Reading the log. Never the bodies: those belong to the people they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.records.canonical import NotCanonical, parse
from accounts.records.models import Record

SHORT_HASH_DIGITS = 12


@dataclass(frozen=True)
class Line:
    """One record as the page shows it. ``actor`` is a producer id, ``system``, or empty where unreadable."""

    sequence: int
    kind: str
    subject: str
    actor: str
    at: datetime
    short_hash: str


def records(*, subject: str = "") -> QuerySet[Record]:
    """Records, newest first; of one subject alone where it is given (``work:8Z0K3…``)."""
    found = Record.objects.order_by("-sequence")
    return found.filter(subject=subject) if subject else found


def line(record: Record) -> Line:
    """What of ``record`` the page shows."""
    return Line(
        sequence=record.sequence,
        kind=record.kind,
        subject=record.subject,
        actor=_actor(bytes(record.entry)),
        at=record.at,
        short_hash=bytes(record.chain_hash).hex()[:SHORT_HASH_DIGITS],
    )


def _actor(entry: bytes) -> str:
    """Who acted. A page of an altered log must still open: to say what is wrong is verify's task."""
    try:
        members = parse(entry)
    except NotCanonical:
        return ""
    return str(members.get("actor", "")) if isinstance(members, dict) else ""
