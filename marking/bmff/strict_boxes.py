"""Boxes that must be whole (ISO/IEC 14496-12:2022, clause 4): walk them, read the fields in them, and build them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from marking.bmff.boxes import Box, FileBytes, boxes


class BrokenOff(ValueError):
    """A box reaches beyond what surrounds it, or is smaller than its own header."""


def whole_boxes(data: FileBytes, start: int, stop: int) -> Iterator[Box]:
    """Yield the boxes between two places. Raises ``BrokenOff`` behind the last that is whole."""
    end = start
    for found in boxes(data, start, stop):
        if not found.is_whole:
            raise BrokenOff(f"expected a box within {stop - found.start} bytes, found a longer one")
        yield found
        end = found.stop
    if end != stop:
        raise BrokenOff(
            f"expected boxes up to the end, found {stop - end} bytes that are none, or too many boxes"
        )


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box. Raises ``ValueError`` for content of 4 GiB."""
    if len(content) > 2**32 - 9:
        raise ValueError("expected a part of less than 4 GiB, found a larger one")
    return struct.pack(">I4s", len(content) + 8, kind) + content


def copied(data: FileBytes, found: Box) -> bytes:
    """Return a box as it stands in ``data``, with its size spelt out where it meant "up to the end"."""
    if data[found.start : found.start + 4] == bytes(4):
        return box(found.type, data[found.body : found.stop])
    return data[found.start : found.stop]


def full_box(kind: bytes, version: int, content: bytes) -> bytes:
    """Return a box that begins with a version, and with flags that are all 0 (4.2)."""
    return box(kind, struct.pack(">I", version << 24) + content)


class Fields:
    """Reads numbers one after the other. Raises ``BrokenOff`` where they reach beyond the end."""

    def __init__(self, data: FileBytes, start: int, stop: int) -> None:
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
