"""What can be appealed against. Each room that decides something registers how it is found and how it is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.users.models import User


@dataclass(frozen=True)
class Decision:
    """A decision as an appeal sees it.

    ``reference``: its number among its kind; ``at``: when it was made; ``by``: who made it, two at most; ``took_part``: everybody who worked
    on it and so does not decide again; ``against``: the account that it is against, None where that is a complainant.
    """

    kind: str
    reference: str
    at: datetime
    by: tuple[User, ...] = ()
    took_part: frozenset[int] = frozenset()
    against: User | None = None
    address: str = field(default="", compare=False)


Find = Callable[[str], Decision | None]
Undo = Callable[..., None]


@dataclass(frozen=True)
class Appealable:
    """A kind of decision.

    ``find(reference)``: the decision, None where there is none that stands. ``undo(reference=, by=, now=)``: take it back exactly, in the
    transaction of the appeal's decision; what has been taken back meanwhile is left alone.
    """

    kind: str
    words: Promise
    find: Find
    undo: Undo


_kinds: dict[str, Appealable] = {}


def register(appealable: Appealable) -> None:
    """Let decisions of this kind be appealed against. The same kind twice: the newer stands."""
    _kinds[appealable.kind] = appealable


def of_kind(kind: str) -> Appealable | None:
    """What was registered for ``kind``; None where nothing was."""
    return _kinds.get(kind)


def find(kind: str, reference: str) -> Decision | None:
    """The decision; None where there is none of this kind and number, or it does not stand."""
    known = of_kind(kind)
    return known.find(reference) if known else None
