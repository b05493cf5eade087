"""Whom a work or a case leads to. The rooms above register what they know; this one knows neither works nor cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.users.models import User

Lookup = Callable[[str], "User | None"]

_lookups: dict[str, Lookup] = {}


def register(kind: str, lookup: Lookup) -> None:
    """Have ``lookup`` asked for the person behind ``<kind>:<code>``. A second call under the same kind replaces the first."""
    _lookups[kind] = lookup


def person_behind(about: str) -> User | None:
    """The person behind ``work:8Z0K3…`` or ``case:…``; None where nobody is known, or the kind is not."""
    kind, _colon, code = about.partition(":")
    lookup = _lookups.get(kind)
    return lookup(code) if lookup else None


def kinds() -> tuple[str, ...]:
    """The registered kinds, in order."""
    return tuple(sorted(_lookups))
