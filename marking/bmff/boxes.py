"""Boxes of the ISO base media file format (ISO/IEC 14496-12:2022, 4.2): MP4, MOV, M4A, AVIF and HEIC are made of them.

Boxes are places in the file's bytes, not copies, so that a file of gigabytes costs no more than its structure.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

FileBytes: TypeAlias = bytes | mmap.mmap

MOST_BOXES = 4096
"""Boxes of one level that are looked at; the broadest in the wild, fragmented films, have a few thousand."""


@dataclass(frozen=True)
class Box:
    """A box by its four-byte type and the place of its content.

    ``start`` is where the header begins, ``body`` where the content begins, ``stop`` where the box ends: cut to
    what holds it if it claims more, and then not ``is_whole``.
    """

    type: bytes
    start: int
    body: int
    stop: int
    is_whole: bool = True

    def content(self, data: FileBytes, limit: int | None = None) -> bytes:
        """Return the content of the box in ``data``, at most ``limit`` bytes of it."""
        stop = self.stop if limit is None else min(self.stop, self.body + limit)
        return data[self.body : stop]


def is_bmff(data: bytes) -> bool:
    """Whether ``data`` begins as an ISO base media file or an old QuickTime film does."""
    return data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"free") and len(data) >= 8


def boxes(
    data: FileBytes, start: int = 0, stop: int | None = None, *, most: int = MOST_BOXES
) -> Iterator[Box]:
    """Yield the first ``most`` boxes of one level between ``start`` and ``stop``. Never raises.

    The walk ends behind a box that is not whole, and before one whose size is less than its header.
    """
    return islice(_boxes(data, start, len(data) if stop is None else min(stop, len(data))), most)


def children(data: FileBytes, box: Box, *, skip: int = 0) -> Iterator[Box]:
    """Yield the boxes inside ``box``, ``skip`` bytes behind the beginning of its content (4 for a full box)."""
    return boxes(data, box.body + skip, box.stop)


def first(found: Iterator[Box], *types: bytes) -> Box | None:
    """Return the first box of any of ``types``; ``None`` if there is none."""
    return next((box for box in found if box.type in types), None)


def _boxes(data: FileBytes, position: int, stop: int) -> Iterator[Box]:
    while position + 8 <= stop:
        size, header = _size(data, position, stop)
        if size < header:
            return
        end = position + size
        yield Box(
            data[position + 4 : position + 8],
            position,
            position + header,
            min(end, stop),
            is_whole=end <= stop,
        )
        position = end


def _size(data: FileBytes, position: int, stop: int) -> tuple[int, int]:
    """Return the length of a box with its header, and of its header. 0 means up to the end, 1 a 64-bit length."""
    size = int.from_bytes(data[position : position + 4], "big")
    if size == 0:
        return stop - position, 8
    if size == 1 and position + 16 <= stop:
        return int.from_bytes(data[position + 8 : position + 16], "big"), 16
    return size, 8
