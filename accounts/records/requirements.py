"""What the body of each kind of event has to say, and the law that asks for it. Pure.

Each room registers the kinds that it writes. :func:`accounts.records.log.append` refuses an event of another kind, and one that
leaves a required field out: what happened is written whole, or it does not happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from accounts.records.canonical import JSON


class Source(StrEnum):
    """A clause that asks for a field, in the words in which it is cited. :mod:`accounts.records.wording` says what it asks."""

    AGREEMENT = "Deep Synthesis Provisions Art. 8"
    MARKING_TERMS = "Labelling Measures Art. 8"
    IDENTITY = "Deep Synthesis Provisions Art. 9"
    REVIEW = "Deep Synthesis Provisions Art. 10"
    REFUTING = "Deep Synthesis Provisions Art. 11"
    COMPLAINTS = "Deep Synthesis Provisions Art. 12"
    MANAGEMENT = "Deep Synthesis Provisions Art. 7"
    DEPICTED = "Deep Synthesis Provisions Art. 14"
    LOGS = "Deep Synthesis Provisions Art. 16"
    FILING = "Deep Synthesis Provisions Art. 19"
    EXPLICIT_LABEL = "Labelling Measures Art. 4"
    IMPLICIT_LABEL = "Labelling Measures Art. 5"
    PROPAGATION = "Labelling Measures Art. 6"
    UNLABELLED = "Labelling Measures Art. 9"
    NETWORK_LOGS = "Cybersecurity Law Art. 21"
    STATING = "Digital Services Act Art. 17"
    APPEALING = "Digital Services Act Art. 20"
    CONSENT = "Personal Information Protection Law Art. 14"
    WITHDRAWAL = "Personal Information Protection Law Art. 15"
    GUARDIAN = "Personal Information Protection Law Art. 31"
    ACCESS = "Personal Information Protection Law Art. 45"
    ERASURE = "Personal Information Protection Law Art. 47"
    PROTECTION = "Personal Information Protection Law Art. 51"
    AUDIT = "Personal Information Protection Law Art. 54"


@dataclass(frozen=True)
class Field:
    """One thing that a body says. ``names``: its members, any one of which says it."""

    names: tuple[str, ...]
    source: Source

    def __str__(self) -> str:
        return " or ".join(self.names)

    def is_said(self, body: Mapping[str, JSON]) -> bool:
        """Whether ``body`` says it. Zero and false are answers; null and what is empty are none."""
        return any(body.get(name) not in _NOTHING for name in self.names)


Fields: TypeAlias = tuple[Field, ...]
_NOTHING: tuple[JSON, ...] = (None, "", [], {})

KIND = Field(("kind",), Source.LOGS)
"""What is missing where a record is of a kind that nobody registered."""

SESSION = "session"
COMMON: Fields = (Field((SESSION,), Source.NETWORK_LOGS),)
"""What a body of any kind says: :func:`accounts.records.log.append` itself writes it."""

_rooms: dict[str, dict[str, Fields]] = {}


class RecordIncomplete(Exception):
    """An event that does not say what the law wants recorded of it. Nothing of it is written."""

    def __init__(self, kind: str, field: Field) -> None:
        what = "is of no registered kind" if field is KIND else f"does not say {field}"
        super().__init__(f"The record {kind} {what}, which {field.source.value} asks for.")
        self.kind, self.field = kind, field


def asked_by(source: Source, *names: str) -> Fields:
    """One field for each of ``names``; a name with bars in it (``a|b``) stands for a choice."""
    return tuple(Field(tuple(name.split("|")), source) for name in names)


def register(room: str, kinds: Mapping[str, Fields]) -> None:
    """Name the kinds of events that ``room`` writes, each with its required fields. A second call replaces the first.

    Raises ValueError for a kind that another room writes.
    """
    for other, theirs in _rooms.items():
        if other != room and (both := theirs.keys() & kinds.keys()):
            raise ValueError(f"expected kinds of {room}'s own, found {sorted(both)} of {other}")
    _rooms[room] = dict(kinds)


def each_of(prefix: str, events: Iterable[str], *fields: Field) -> dict[str, Fields]:
    """The kinds ``prefix.event``, all with the same ``fields``."""
    return {f"{prefix}.{event}": fields for event in events}


def all_kinds() -> dict[str, Fields]:
    """Every registered kind with its required fields, by name."""
    return dict(sorted((kind, fields) for kinds in _rooms.values() for kind, fields in kinds.items()))


def missing(kind: str, body: Mapping[str, JSON]) -> list[Field]:
    """Which required fields ``body`` leaves out, in their order; :data:`KIND` for a kind that nobody registered."""
    for kinds in _rooms.values():
        if kind in kinds:
            return [field for field in (*kinds[kind], *COMMON) if not field.is_said(body)]
    return [KIND]


def required_part(kind: str, body: Mapping[str, JSON]) -> dict[str, JSON]:
    """Of ``body`` no more than what is required of ``kind``: for a line that must be written while nothing can be sealed."""
    names = {name for field in all_kinds().get(kind, ()) for name in field.names}
    return {name: value for name, value in body.items() if name in names}


def require(kind: str, body: Mapping[str, JSON]) -> None:
    """Raise :class:`RecordIncomplete` for the first field that ``body`` leaves out."""
    for field in missing(kind, body):
        raise RecordIncomplete(kind, field)


def as_markdown(sentences: Mapping[Source, str]) -> str:
    """The tables of ``docs/records.md``: kinds with the same fields in one row, then what each clause asks."""
    rows: dict[str, list[str]] = {_said(COMMON): ["every kind, beside its own"]}
    for kind, fields in all_kinds().items():
        rows.setdefault(_said(fields), []).append(f"`{kind}`")
    kinds = "".join(f"| {', '.join(found)} | {said} |\n" for said, found in rows.items())
    clauses = "".join(f"* {sentences[each]}\n" for each in sorted(_sources()))
    return f"| kinds | required in the body, and by what |\n|---|---|\n{kinds}\n{clauses}"


def _said(fields: Fields) -> str:
    by_source: dict[Source, list[str]] = {}
    for field in fields:
        by_source.setdefault(field.source, []).append(" or ".join(f"`{name}`" for name in field.names))
    return "; ".join(f"{', '.join(names)} ({source.value})" for source, names in by_source.items()) or "—"


def _sources() -> set[Source]:
    return {field.source for fields in (COMMON, *all_kinds().values()) for field in fields} | {KIND.source}
