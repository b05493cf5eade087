"""WebP chunks: split, join, and the extended header (RFC 9649 sections 2.3 to 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXTENDED, XMP, EXIF = b"VP8X", b"XMP ", b"EXIF"
LOSSY, LOSSLESS = b"VP8 ", b"VP8L"
ALPHA_FLAG, EXIF_FLAG, XMP_FLAG = 0x10, 0x08, 0x04
MOST_CHUNKS = 65_536
"""Chunks of a file that are looked at; an animation has one a frame."""
LOSSY_START_CODE = b"\x9d\x01\x2a"
LOSSLESS_SIGNATURE = 0x2F


@dataclass(frozen=True)
class Chunk:
    """One RIFF chunk: its four-byte name and its data without padding."""

    name: bytes
    data: bytes

    def to_bytes(self) -> bytes:
        """Return name, length, data and the padding byte of an odd length."""
        return self.name + len(self.data).to_bytes(4, "little") + self.data + b"\0" * (len(self.data) % 2)


@dataclass(frozen=True)
class Chunks:
    """The chunks that are whole, and whether that is all the RIFF header announces."""

    found: tuple[Chunk, ...]
    is_whole: bool


def is_webp(data: bytes) -> bool:
    """Whether ``data`` begins as a WebP file does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def split(data: bytes) -> Chunks:
    """Split ``data`` into the chunks inside its RIFF size, up to where it breaks off, or to ``MOST_CHUNKS``."""
    end = 8 + int.from_bytes(data[4:8], "little")
    found: list[Chunk] = []
    position = 12
    while position + 8 <= min(end, len(data)):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        stop = position + 8 + length
        if stop > min(end, len(data)) or len(found) == MOST_CHUNKS:
            return Chunks(tuple(found), is_whole=False)
        found.append(Chunk(data[position : position + 4], data[position + 8 : stop]))
        position = stop + length % 2
    return Chunks(tuple(found), is_whole=end <= len(data) and bool(found))


def join(parts: Sequence[Chunk]) -> bytes:
    """Return the file that holds ``parts``."""
    body = b"WEBP" + b"".join(part.to_bytes() for part in parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def with_xmp(parts: Sequence[Chunk], packet: bytes) -> list[Chunk]:
    """Return ``parts`` with one XMP chunk, last, announced in the extended header, which is made if missing.

    Raises ``ValueError`` if neither an extended header nor an image chunk says how large the canvas is.
    """
    others = [part for part in parts if part.name not in (EXTENDED, XMP)]
    header = next((part for part in parts if part.name == EXTENDED), None) or _extended_header(others)
    flagged = Chunk(EXTENDED, bytes((header.data[0] | XMP_FLAG,)) + header.data[1:])
    return [flagged, *others, Chunk(XMP, packet)]


def _extended_header(parts: Sequence[Chunk]) -> Chunk:
    for part in parts:
        if part.name == LOSSY and part.data[3:6] == LOSSY_START_CODE and len(part.data) >= 10:
            width, height = (int.from_bytes(part.data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
            return _header(width, height, has_alpha=False)
        if part.name == LOSSLESS and part.data[:1] == bytes((LOSSLESS_SIGNATURE,)) and len(part.data) >= 5:
            bits = int.from_bytes(part.data[1:5], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
            return _header(width, height, has_alpha=bool(bits >> 28 & 1))
    raise ValueError("expected a WebP file with a VP8X, VP8 or VP8L chunk, found none that is whole")


def _header(width: int, height: int, *, has_alpha: bool) -> Chunk:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return Chunk(EXTENDED, bytes((ALPHA_FLAG if has_alpha else 0, 0, 0, 0)) + canvas)
