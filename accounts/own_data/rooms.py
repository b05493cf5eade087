"""What each room holds about a person: rooms register what collects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import Promise

    from accounts.users.models import User


@dataclass(frozen=True)
class Part:
    """One file of a copy of somebody's data. ``name``: its path without folders of its own; ``content``: bytes, or values for JSON."""

    name: str
    content: Any


Collect: TypeAlias = Callable[["User"], Iterator[Part]]


@dataclass(frozen=True)
class Room:
    """What a room holds: its folder, what people call it, and what collects it."""

    folder: str
    title: str | Promise
    collect: Collect


_rooms: dict[str, Room] = {}


def register(folder: str, title: str | Promise, collect: Collect) -> None:
    """Add what a room holds to every copy. A second call under the same folder replaces the first."""
    _rooms[folder] = Room(folder, title, collect)


def all_rooms() -> list[Room]:
    """Every room, by folder."""
    return [_rooms[folder] for folder in sorted(_rooms)]


def rows(found: QuerySet[Any], **opened: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """The columns of ``found`` that are no bytes, and what is ``opened`` of each row: a name and what reads it."""
    return [{**_columns(row), **{name: read(row) for name, read in opened.items()}} for row in found]


def _columns(row: Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: value for name, value in values.items() if not isinstance(value, bytes | memoryview)}
