"""What can be held: the rooms that keep works and cases register how their numbers are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from django.contrib.auth import get_user_model

Lookup: TypeAlias = Callable[[str], "str | None"]
"""From a number as somebody wrote it, made plain, to what the record log calls the thing; None where there is none."""

_lookups: dict[str, Lookup] = {}


def register(kind: str, lookup: Lookup) -> None:
    """Have ``lookup`` read what stands behind ``<kind>:``. A second call under the same kind replaces the first."""
    _lookups[kind] = lookup


def named(text: str) -> str | None:
    """What the record log calls what ``text`` names, such as ``work:8z0k3-abcde``; None where there is no such thing. Case, spaces and hyphens do not matter."""
    kind, _colon, code = text.partition(":")
    lookup = _lookups.get(kind.strip().lower())
    return lookup(plain(code)) if lookup else None


def plain(code: str) -> str:
    """A number as it is kept: capital letters, without the spaces and hyphens that somebody wrote into it."""
    return "".join(code.split()).replace("-", "").upper()


def _account(code: str) -> str | None:
    return f"user:{code}" if get_user_model().objects.filter(producer_id=code).exists() else None


register("user", _account)
