"""What a hold keeps besides what it names: rooms register what their things are about, and what is about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from accounts.users.models import User

Related: TypeAlias = Callable[["User"], Iterable[str]]
_related: dict[str, Related] = {}


def register(room: str, related: Related) -> None:
    """Let ``room`` name what else belongs to an account, such as its works: a hold on that holds the account's key, too."""
    _related[room] = related


def related_to(user: User) -> set[str]:
    """What belongs to the account of ``user``, by all rooms."""
    return {each for related in _related.values() for each in related(user)}


Concerned: TypeAlias = Callable[[Iterable[str]], Iterable[str]]
_concerned: dict[str, Concerned] = {}
_about: dict[str, Concerned] = {}


def register_concerned(room: str, concerned: Concerned) -> None:
    """Let ``room`` name what some subjects are about, such as the work of a case: a hold on them holds that, too."""
    _concerned[room] = concerned


def register_about(room: str, about: Concerned) -> None:
    """Let ``room`` name what is about some subjects, such as the cases about an account.

    It is asked of what a hold names, and of nothing that is held with it: from a case to its complainant, and from there to
    the complainant's other cases, one hold would come to hold everything.
    """
    _about[room] = about


def kept_with(subjects: Iterable[str]) -> frozenset[str]:
    """``subjects``, what is about them, and all that these are about, by way of what any room knows."""
    named = set(subjects)
    found: set[str] = set()
    new = named | {each for about in _about.values() for each in about(named)}
    while new:
        found |= new
        new = {each for concerned in _concerned.values() for each in concerned(new)} - found
    return frozenset(found)
