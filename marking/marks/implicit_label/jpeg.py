"""JPEG marker segments before the first scan: split and join (ITU-T T.81 annex B.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

START = b"\xff\xd8"
APP0, APP1, START_OF_SCAN = 0xE0, 0xE1, 0xDA
END_OF_IMAGE = b"\xff\xd9"
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restart markers."""

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP_HEADER = b"http://ns.adobe.com/xmp/extension/\0"
EXIF_HEADER = b"Exif\0\0"
LARGEST_PACKET = 65_502
"""Bytes of XMP that fit into one APP1 segment (XMP part 3, 1.1.3)."""


@dataclass(frozen=True)
class Segment:
    """One marker segment: the second byte of its marker and its payload without the length."""

    marker: int
    payload: bytes

    @property
    def is_xmp(self) -> bool:
        """Whether the segment holds an XMP packet."""
        return self.marker == APP1 and self.payload.startswith(XMP_HEADER)

    @property
    def is_extended_xmp(self) -> bool:
        """Whether the segment holds a part of an extended XMP packet."""
        return self.marker == APP1 and self.payload.startswith(EXTENDED_XMP_HEADER)

    @property
    def is_exif(self) -> bool:
        """Whether the segment holds an EXIF block."""
        return self.marker == APP1 and self.payload.startswith(EXIF_HEADER)

    def to_bytes(self) -> bytes:
        """Return marker, length and payload; a standalone marker has only itself."""
        if self.marker in STANDALONE:
            return bytes((0xFF, self.marker))
        return bytes((0xFF, self.marker)) + (len(self.payload) + 2).to_bytes(2, "big") + self.payload


@dataclass(frozen=True)
class Segments:
    """The segments before the first scan, and everything from its marker on (empty if the file breaks off)."""

    head: tuple[Segment, ...]
    scans: bytes


def split(data: bytes) -> Segments:
    """Split ``data`` at its markers up to the first scan, or up to the place where it breaks off."""
    head: list[Segment] = []
    position = len(START)
    while position + 2 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == START_OF_SCAN:
            return Segments(tuple(head), data[position:])
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        segment, position = _segment(data, marker, position + 2)
        if segment is None:
            break
        head.append(segment)
    return Segments(tuple(head), b"")


def _segment(data: bytes, marker: int, position: int) -> tuple[Segment | None, int]:
    if marker in STANDALONE:
        return Segment(marker, b""), position
    length = int.from_bytes(data[position : position + 2], "big")
    end = position + length
    if length < 2 or end > len(data):
        return None, position
    return Segment(marker, data[position + 2 : end]), end


def join(head: Iterable[Segment], scans: bytes) -> bytes:
    """Return the file that holds ``head`` and ``scans``."""
    return START + b"".join(segment.to_bytes() for segment in head) + scans


def xmp_segment(packet: bytes) -> Segment:
    """Return the APP1 segment of an XMP packet of at most ``LARGEST_PACKET`` bytes."""
    return Segment(APP1, XMP_HEADER + packet)
