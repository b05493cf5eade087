"""Keeping what points at somebody out of bodies that are stored open. Pure.

Addresses and numbers have forms that can be told; names have none. So those who write open bodies write words of their own, hashes and
numbers of records, and this is the net under them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from accounts.records.canonical import JSON

_POINTING = (
    re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),  # an e-mail address
    re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])"),  # GB 11643
    re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])"),  # a mobile number in mainland China
)


class PointsAtSomebody(ValueError):
    """A body about nobody that holds an address or a number of somebody. Says in which member, and not what it is."""


def require_open(body: Mapping[str, JSON]) -> None:
    """Raise :class:`PointsAtSomebody` where ``body`` holds the form of an address or of a personal number, however deep."""
    for name, value in body.items():
        if any(points_at_somebody(text) for text in _texts(value)):
            raise PointsAtSomebody(f"expected nobody's address or number in {name}, found one")


def points_at_somebody(text: str) -> bool:
    """Whether ``text`` holds the form of an e-mail address, an identity number or a mobile number."""
    return any(pattern.search(text) for pattern in _POINTING)


def said_openly(text: str) -> str:
    """``text``, or its SHA-256 where it points at somebody: for words of strangers, such as the name in a file's label."""
    return f"sha256:{sha256(text.encode()).hexdigest()}" if points_at_somebody(text) else text


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)
