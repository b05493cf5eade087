"""What can be held: the rooms that keep works and cases register how their numbers are read, and whose each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    from accounts.users.models import User


@dataclass(frozen=True)
class Named:
    """Something that can be held. ``subject``: what the record log calls it; ``owner``: whose it is, None where nobody's."""

    subject: str
    owner: User | None


Lookup: TypeAlias = Callable[[str], "Named | None"]

_lookups: dict[str, Lookup] = {}


def register(kind: str, lookup: Lookup) -> None:
    """Have ``lookup`` read what stands behind ``<kind>:``. A second call under the same kind replaces the first."""
    _lookups[kind] = lookup


def named(text: str) -> Named | None:
    """What ``text`` names, such as ``work:8z0k3-abcde``; None where there is no such thing. Case, spaces and hyphens do not matter."""
    kind, _colon, code = text.partition(":")
    lookup = _lookups.get(kind.strip().lower())
    return lookup(plain(code)) if lookup else None


def plain(code: str) -> str:
    """A number as it is kept: capital letters, without the spaces and hyphens that somebody wrote into it."""
    return "".join(code.split()).replace("-", "").upper()


def _account(code: str) -> Named | None:
    user = get_user_model().objects.filter(producer_id=code).first()
    return Named(f"user:{code}", user) if user else None


register("user", _account)
