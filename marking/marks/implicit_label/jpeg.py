"""JPEG marker segments before the first scan: split and join (ITU-T T.81 annex B.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

START = b"\xff\xd8"
APP0, APP1, APP13, APP15, COMMENT, START_OF_SCAN = 0xE0, 0xE1, 0xED, 0xEF, 0xFE, 0xDA
END_OF_IMAGE = b"\xff\xd9"
_FILL = re.compile(rb"\xff+")
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restart markers."""

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP_HEADER = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENDED_BY = re.compile(rb"HasExtendedXMP\s{0,8}(?:=\s{0,8}[\"']|>)\s{0,8}([^\"'<\s]{1,64})")
_XMP_ROOT = re.compile(rb"<(?:[\w.-]{1,64}:)?(?:xmpmeta|xapmeta|RDF)[\s>]")
EXIF_HEADER = b"Exif\0\0"
MOST_SEGMENTS = 65_536
"""Segments of a file that are looked at before its first scan; a photograph has a few dozen."""
LARGEST_PACKET = 65_502
"""Bytes of XMP that fit into one APP1 segment (XMP part 3, 1.1.3)."""
GUID_LENGTH = 32
"""Bytes that tell whose part an extended segment is; the packet's length and the part's offset follow, four each."""


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
    def is_misnamed_xmp(self) -> bool:
        """Whether the segment holds an XMP packet behind a header that is not XMP's, as some readers forgive."""
        is_named = self.is_xmp or self.is_extended_xmp or self.is_exif
        return self.marker == APP1 and not is_named and _XMP_ROOT.search(self.payload) is not None

    @property
    def is_extended_xmp(self) -> bool:
        """Whether the segment holds a part of an extended XMP packet."""
        return self.marker == APP1 and self.payload.startswith(EXTENDED_XMP_HEADER)

    @property
    def is_exif(self) -> bool:
        """Whether the segment holds an EXIF block."""
        return self.marker == APP1 and self.payload.startswith(EXIF_HEADER)

    @property
    def may_hold_comment(self) -> bool:
        """Whether the segment is a comment, or application data that begins as an object or with the word AIGC."""
        starts = (b"{", b"AIGC", b"aigc")
        is_application = APP0 <= self.marker <= APP15
        return self.marker == COMMENT or (is_application and self.payload.lstrip(b"\0 ").startswith(starts))

    @property
    def name(self) -> str:
        """The marker's name: COM, or APP and its number."""
        return "COM" if self.marker == COMMENT else f"APP{self.marker - APP0}"

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

    @property
    def trailer(self) -> bytes:
        """What stands behind the end mark of the picture; empty where there is nothing, or no end."""
        return self.scans.partition(END_OF_IMAGE)[2]


def split(data: bytes) -> Segments:
    """Split ``data`` at its markers up to the first scan, to the place where it breaks off, or to ``MOST_SEGMENTS``."""
    head: list[Segment] = []
    position = len(START)
    while position + 2 <= len(data) and data[position] == 0xFF and len(head) < MOST_SEGMENTS:
        marker = data[position + 1]
        if marker == START_OF_SCAN:
            return Segments(tuple(head), data[position:])
        if marker == 0xFF:  # fill bytes
            position = _last_fill(data, position)
            continue
        segment, position = _segment(data, marker, position + 2)
        if segment is None:
            break
        head.append(segment)
    return Segments(tuple(head), b"")


def _last_fill(data: bytes, position: int) -> int:
    """Return the place of the last of the fill bytes that begin at ``position``: with it a marker may begin."""
    fill = _FILL.match(data, position)
    return fill.end() - 1 if fill is not None else position


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


def extended_packets(head: Iterable[Segment], limit: int) -> Iterator[bytes]:
    """Yield the extended XMP packets, each put together from its parts (XMP part 3, 1.1.3.1), cut to ``limit`` bytes.

    Where a part is missing NULs stand, so that the packet does not parse.
    """
    return (_joined(pieces, limit) for pieces in _extended_parts(head).values())


def lacks_extended_xmp(head: Sequence[Segment]) -> bool:
    """Whether a packet says that an extended one continues it (xmpNote:HasExtendedXMP) that is not there whole."""
    named = {
        match[1].upper() for each in head if each.is_xmp for match in _EXTENDED_BY.finditer(each.payload)
    }
    whole = {guid.upper() for guid, parts in _extended_parts(head).items() if _is_whole(parts)}
    return not named <= whole


def _extended_parts(head: Iterable[Segment]) -> dict[bytes, list[bytes]]:
    """Return the parts of each extended packet, length and offset before their text, by its GUID."""
    parts: dict[bytes, list[bytes]] = {}
    for segment in head:
        if segment.is_extended_xmp:
            part = segment.payload[len(EXTENDED_XMP_HEADER) :]
            parts.setdefault(part[:GUID_LENGTH], []).append(part[GUID_LENGTH:])
    return parts


def _is_whole(parts: Sequence[bytes]) -> bool:
    reached = 0
    for offset, length in sorted((int.from_bytes(part[4:8], "big"), len(part[8:])) for part in parts):
        if offset > reached:
            return False
        reached = max(reached, offset + length)
    return reached >= max(int.from_bytes(part[:4], "big") for part in parts)


def _joined(parts: Sequence[bytes], limit: int) -> bytes:
    length = max(int.from_bytes(part[:4], "big") for part in parts)
    packet = bytearray(min(length, limit))
    for part in parts:
        offset, text = int.from_bytes(part[4:8], "big"), part[8:]
        if offset < len(packet):
            packet[offset : offset + len(text)] = text[: len(packet) - offset]
    return bytes(packet)


def xmp_segment(packet: bytes) -> Segment:
    """Return the APP1 segment of an XMP packet of at most ``LARGEST_PACKET`` bytes."""
    return Segment(APP1, XMP_HEADER + packet)
