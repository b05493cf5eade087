"""Boxes of an ISO base media file (ISO/IEC 14496-12:2022, clause 4), and the items of its meta box (8.11)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from marking.media.refusal import Refused
from marking.media.structure import FileBytes, Span, count_chunk

_IN_FILE, _IN_META = 0, 1  # construction methods


class Box(NamedTuple):
    """One box: its four-byte kind, and where its content lies in the file."""

    kind: bytes
    body: int
    stop: int


def boxes(data: FileBytes, start: int, stop: int) -> Iterator[Box]:
    """Yield the boxes between two places. Raises Refused for one that reaches beyond, or is smaller than its header."""
    count = 0
    while start < stop:
        if start + 8 > stop:
            raise Refused("truncated", reason="one of its parts is cut off")
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        body = start + 8
        if size == 1:
            if start + 16 > stop:
                raise Refused("truncated", reason="one of its parts is cut off")
            (size,) = struct.unpack(">Q", data[body : body + 8])
            body += 8
        end = stop if size == 0 else start + size
        if end > stop:
            raise Refused("truncated", reason=f"a part of {size} bytes is cut off")
        if end < body:
            raise Refused(
                "unreadable", reason=f"a part at byte {start} claims to be shorter than its own length"
            )
        yield Box(kind, body, end)
        start = end
        count += 1
        count_chunk(count)


def find(data: FileBytes, start: int, stop: int, *path: bytes) -> Box | None:
    """Return the first box at ``path``, from the outer to the inner; None where there is none."""
    found: Box | None = None
    for kind in path:
        found = next((box for box in boxes(data, start, stop) if box.kind == kind), None)
        if found is None:
            return None
        start, stop = found.body, found.stop
    return found


class Fields:
    """Reads numbers one after the other. Raises Refused where they reach beyond the end."""

    def __init__(self, data: FileBytes, start: int, stop: int) -> None:
        self._data = data
        self.position = start
        self._stop = stop

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        end = self.position + size
        if end > self._stop:
            raise Refused("unreadable", reason="one of its parts is shorter than what it should hold")
        found = self._data[self.position : end]
        self.position = end
        return found

    def number(self, size: int) -> int:
        """The next number of ``size`` bytes, big-endian; 0 for no bytes."""
        return int.from_bytes(self.take(size))

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.position >= self._stop


def item_spans(data: FileBytes, meta: tuple[int, int]) -> dict[int, list[Span]]:
    """Where the data of each item lie in the file (iloc, 8.11.3). ``meta``: where the boxes of the meta box lie.

    Raises Refused for data outside the file; items whose data are built from other items have none.
    """
    found = find(data, *meta, b"iloc")
    if found is None:
        return {}
    held = find(data, *meta, b"idat")
    fields = Fields(data, found.body, found.stop)
    version = fields.number(4) >> 24
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    spans: dict[int, list[Span]] = {}
    count = 0
    for _ in range(fields.number(4 if version == 2 else 2)):
        identity = fields.number(4 if version == 2 else 2)
        method = fields.number(2) & 15 if version else _IN_FILE
        fields.take(2)
        base = fields.number(base_size)
        extents = []
        for _ in range(fields.number(2)):
            fields.take(index_size if version else 0)
            offset = base + fields.number(offset_size)
            extents.append((offset, fields.number(length_size)))
            count += 1
            count_chunk(count)
        if method == _IN_FILE:
            spans[identity] = [_within(offset, length, 0, len(data)) for offset, length in extents]
        elif method == _IN_META and held is not None:
            spans[identity] = [_within(offset, length, held.body, held.stop) for offset, length in extents]
    return spans


def _within(offset: int, length: int, start: int, stop: int) -> Span:
    """A span of bytes; no length stands for all that is left."""
    first = start + offset
    last = first + length if length else stop
    if last > stop or first > stop:
        raise Refused("truncated", reason="part of its picture data is missing")
    return first, last
