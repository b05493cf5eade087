"""HEIC pictures, and AVIF and HEIC files with more properties."""

from __future__ import annotations

import struct
from pathlib import Path

FOLDER = Path(__file__).parent / "heic"


def heic(name: str) -> bytes:
    """One of the pictures of the folder ``heic``."""
    return (FOLDER / f"{name}.heic").read_bytes()


def box(kind: bytes, body: bytes) -> bytes:
    """A box of an ISO base media file."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def with_properties(data: bytes, *properties: bytes) -> bytes:
    """A file of one item, made by libheif or Pillow, whose picture has more ``properties``.

    The boxes around them grow: meta, iprp, ipco and ipma; and the one place of the picture's data moves along.
    """
    grown = bytearray(data)
    table = grown.index(b"ipma") + 4
    count = grown[table + 10]
    assert grown[table + 3] == 0, "one byte for each association"
    added = b"".join(properties)
    container = grown.index(b"ipco") - 4
    (size,) = struct.unpack_from(">I", grown, container)
    known = _count_boxes(bytes(grown[container + 8 : container + size]))
    numbers = bytes(0x80 | known + 1 + each for each in range(len(properties)))
    grown[table + 11 + count : table + 11 + count] = numbers
    grown[table + 10] += len(properties)
    grown[container + size : container + size] = added
    for kind, more in ((b"ipma", len(numbers)), (b"ipco", len(added)), (b"iprp", len(numbers + added)), (b"meta", len(numbers + added))):  # fmt: skip
        _grow(grown, kind, more)
    return _moved(bytes(grown), len(numbers + added))


def _count_boxes(content: bytes) -> int:
    count = 0
    while content:
        content = content[struct.unpack(">I", content[:4])[0] :]
        count += 1
    return count


def _grow(data: bytearray, kind: bytes, more: int) -> None:
    start = data.index(kind) - 4
    (size,) = struct.unpack_from(">I", data, start)
    struct.pack_into(">I", data, start, size + more)


def _moved(data: bytes, delta: int) -> bytes:
    """``iloc`` of version 0 or 1 with offsets of 4 bytes, as both libraries write it, moved along."""
    moved = bytearray(data)
    at = moved.index(b"iloc") + 4
    version, (sizes, items) = moved[at], struct.unpack_from(">HH", moved, at + 4)
    base = sizes >> 4 & 15
    at += 8
    for _ in range(items):
        at += (6 if version else 4) + base
        (extents,) = struct.unpack_from(">H", moved, at)
        at += 2
        for _ in range(extents):
            (offset,) = struct.unpack_from(">I", moved, at)
            struct.pack_into(">I", moved, at, offset + delta)
            at += 8
    return bytes(moved)
