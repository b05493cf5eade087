"""Works to which a clock of the desk turned the access off when its time ran out, whether or not anybody wrote that down yet.

The room of those clocks stands above this one and registers itself; whatever gives a work out asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TypeAlias

Of: TypeAlias = Callable[[int, datetime], datetime | None]
Among: TypeAlias = Callable[[Collection[int], datetime], Mapping[int, datetime]]

_readers: list[tuple[Of, Among]] = []


def register(of: Of, among: Among) -> None:
    """Have ``of`` asked about one work, by its number, and ``among`` about several. A second registration replaces the first."""
    _readers[:] = [(of, among)]


def expired_since(number: int, now: datetime) -> datetime | None:
    """Since when work ``number`` is off by a clock that nobody stopped; None where it is not. One query."""
    ((of, _among),) = _readers
    return of(number, now)


def expired_among(numbers: Collection[int], now: datetime) -> Mapping[int, datetime]:
    """The same of several works, of those that are off. One query, and none where there are no works."""
    ((_of, among),) = _readers
    return among(numbers, now) if numbers else {}
