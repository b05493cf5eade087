"""The first directory of a TIFF file: read its XMP, and hang a new one onto the file (TIFF 6.0; XMP part 3, 1.1.7).

Nothing of the file moves: a new directory stands at its end, and the header points there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

XMP, C2PA = 0x02BC, 0xCD41
WIDTH, STRIPS, TILES = 0x0100, 0x0111, 0x0144
BYTE, UNDEFINED = 1, 7
_VALUE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_HEADER = 8
_LARGEST_FILE = 2**32 - 1


@dataclass(frozen=True)
class Entry:
    """One entry: tag, type, count, and the four bytes that hold its value or say where it is."""

    tag: int
    kind: int
    count: int
    field: bytes


@dataclass(frozen=True)
class Directory:
    """The first directory: its byte order (of ``struct``), place, end, entries, and where the next one is."""

    order: str
    start: int
    stop: int
    entries: tuple[Entry, ...]
    following: int

    def find(self, tag: int) -> Entry | None:
        """Return the first entry of ``tag``; ``None`` if there is none."""
        return next((entry for entry in self.entries if entry.tag == tag), None)

    def span(self, tag: int) -> tuple[int, int] | None:
        """Return where the value of ``tag`` lies in the file; ``None`` without it, or if it lies in the entry."""
        entry = self.find(tag)
        if entry is None:
            return None
        size = entry.count * _VALUE_BYTES.get(entry.kind, 1)
        (start,) = struct.unpack(self.order + "I", entry.field)
        return (start, start + size) if size > 4 else None


def is_tiff(data: bytes) -> bool:
    """Whether ``data`` begins as a TIFF file does."""
    return data[:4] in (b"II*\0", b"MM\0*")


def read_directory(data: bytes) -> Directory | None:
    """Return the first directory of ``data``; ``None`` if it breaks off before."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        entries = [
            Entry(*struct.unpack_from(order + "HHI4s", data, start + 2 + 12 * each)) for each in range(count)
        ]
        (following,) = struct.unpack_from(order + "I", data, start + 2 + 12 * count)
    except struct.error:
        return None
    return Directory(order, start, start + 6 + 12 * count, tuple(entries), following)


def packet(data: bytes, directory: Directory) -> bytes | None:
    """Return the XMP packet; ``None`` without one, or if it reaches beyond the file."""
    span = directory.span(XMP)
    return data[slice(*span)] if span is not None and span[1] <= len(data) else None


def is_picture(directory: Directory) -> bool:
    """Whether the directory is one of a picture, and not only of metadata."""
    return directory.find(WIDTH) is not None and any(directory.find(tag) for tag in (STRIPS, TILES))


def with_packet(data: bytes, directory: Directory, packet: bytes) -> bytes:
    """Return ``data`` with ``packet`` as its XMP. An old packet is blanked, or cut off if it was hung on likewise.

    Raises ``ValueError`` for a file that would become larger than TIFF can be.
    """
    kept = _without_packet(data, directory)
    start = len(kept)
    kept += packet + bytes((start + len(packet)) % 2)
    field = struct.pack(directory.order + "I", start)
    others = [entry for entry in directory.entries if entry.tag != XMP]
    entries = sorted([*others, Entry(XMP, BYTE, len(packet), field)], key=lambda entry: entry.tag)
    written = kept + _directory_bytes(directory, entries)
    if len(written) > _LARGEST_FILE:
        raise ValueError("expected a TIFF file of less than 4 GiB, found no room for a label in it")
    return written[:4] + struct.pack(directory.order + "I", len(kept)) + written[_HEADER:]


def _directory_bytes(directory: Directory, entries: list[Entry]) -> bytes:
    order = directory.order
    packed = [struct.pack(order + "HHI", each.tag, each.kind, each.count) + each.field for each in entries]
    following = struct.pack(order + "I", directory.following)
    return struct.pack(order + "H", len(entries)) + b"".join(packed) + following


def _without_packet(data: bytes, directory: Directory) -> bytes:
    """Return the file, of even length, without its old packet as far as that is text and not another's bytes."""
    span = directory.span(XMP)
    if span is not None and _HEADER <= span[0] <= span[1] <= len(data) and b"<" in data[slice(*span)]:
        start, stop = span
        if directory.stop == len(data) and stop + stop % 2 == directory.start:
            data = data[:start]
        elif b"xmpmeta" in data[start:stop] or b"RDF" in data[start:stop]:
            data = data[:start] + bytes(stop - start) + data[stop:]
    return data + bytes(len(data) % 2)
