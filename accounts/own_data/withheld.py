"""Records that are sealed for a person and stand in no copy of theirs yet, or ever: each room lists its kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

if TYPE_CHECKING:
    from accounts.users.models import User

Withhold: TypeAlias = Callable[["User"], Q]

_withheld: dict[str, Withhold] = {}


def register(room: str, withhold: Withhold) -> None:
    """Leave out of every copy the records that ``withhold`` chooses. A second call under the same name replaces the first."""
    _withheld[room] = withhold


def withheld_from(user: User) -> Q:
    """All that a copy for ``user`` leaves out, as a condition on records."""
    chosen = Q(pk__in=())
    for room in sorted(_withheld):
        chosen |= _withheld[room](user)
    return chosen
