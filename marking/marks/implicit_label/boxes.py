"""Boxes of an ISO base media file (ISO/IEC 14496-12:2022, clause 4): find them, build them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

MOST_BOXES = 1 << 16
"""Boxes that are followed in one place."""


class Box(NamedTuple):
    """One box: its four-byte kind, and where it and its content lie in the file."""

    kind: bytes
    start: int
    body: int
    stop: int


class BrokenOff(ValueError):
    """A box reaches beyond what surrounds it, or is smaller than its own header."""


def boxes(data: bytes, start: int, stop: int) -> Iterator[Box]:
    """Yield the boxes between two places. Raises ``BrokenOff`` behind the last that is whole."""
    for _ in range(MOST_BOXES):
        if start == stop:
            return
        if start + 8 > stop:
            raise BrokenOff("expected a box, found fewer than 8 bytes")
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1 and start + 16 <= stop:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        end = stop if size == 0 else start + size
        if end > stop or end < body:
            raise BrokenOff(f"expected a box within {stop - start} bytes, found one of {size}")
        yield Box(kind, start, body, end)
        start = end
    raise BrokenOff(f"expected at most {MOST_BOXES} boxes in one place, found more")


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box. Raises ``ValueError`` for content of 4 GiB."""
    if len(content) > 2**32 - 9:
        raise ValueError("expected a part of less than 4 GiB, found a larger one")
    return struct.pack(">I4s", len(content) + 8, kind) + content


def copied(data: bytes, found: Box) -> bytes:
    """Return a box as it stands in ``data``, with its size spelt out where it meant "up to the end"."""
    if data[found.start : found.start + 4] == bytes(4):
        return box(found.kind, data[found.body : found.stop])
    return data[found.start : found.stop]


def full_box(kind: bytes, version: int, content: bytes) -> bytes:
    """Return a box that begins with a version, and with flags that are all 0 (4.2)."""
    return box(kind, struct.pack(">I", version << 24) + content)


class Fields:
    """Reads numbers one after the other. Raises ``BrokenOff`` where they reach beyond the end."""

    def __init__(self, data: bytes, start: int, stop: int) -> None:
        self._data = data
        self.position = start
        self._stop = stop

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        end = self.position + size
        if end > self._stop:
            raise BrokenOff(f"expected {size} more bytes in a part, found {self._stop - self.position}")
        found = self._data[self.position : end]
        self.position = end
        return found

    def number(self, size: int) -> int:
        """Return the next number of ``size`` bytes, big-endian; 0 for no bytes."""
        return int.from_bytes(self.take(size), "big")
