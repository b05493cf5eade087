"""PNG chunks: split, join, and the text in them (PNG Third Edition, W3C 2025, clauses 5 and 11.3.3)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
LONGEST_KEYWORD = 79
"""Bytes of a keyword (clause 11.3.3.2)."""
RAW_PROFILE = "Raw profile type "
RAW_XMP_PROFILE = RAW_PROFILE + "xmp"
"""Keyword under which ImageMagick keeps XMP."""
MOST_CHUNKS = 65_536
"""Chunks of a file that are looked at; 60 MiB in pieces of 8 KiB are 7,680."""
TEXT_TYPES = (b"tEXt", b"zTXt", b"iTXt")


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four-byte type, its data, and whether its CRC was right where it was read."""

    type: bytes
    data: bytes
    is_intact: bool = True

    def to_bytes(self) -> bytes:
        """Return length, type, data and CRC-32 (clause 5.3)."""
        check = zlib.crc32(self.type + self.data)
        return len(self.data).to_bytes(4, "big") + self.type + self.data + check.to_bytes(4, "big")


@dataclass(frozen=True)
class Text:
    """Keyword and text of a ``tEXt``, ``zTXt`` or ``iTXt`` chunk."""

    keyword: str
    text: bytes
    encoding: str


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the chunks of ``data`` up to ``IEND``, to the place where it breaks off, or to ``MOST_CHUNKS``."""
    position = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if position + 12 > len(data):
            return
        length = int.from_bytes(data[position : position + 4], "big")
        end = position + 12 + length
        if end > len(data):
            return
        type_, body = data[position + 4 : position + 8], data[position + 8 : end - 4]
        yield Chunk(type_, body, zlib.crc32(type_ + body) == int.from_bytes(data[end - 4 : end], "big"))
        if type_ == b"IEND":
            return
        position = end


def behind_end(data: bytes) -> bytes:
    """Return what stands behind ``IEND``; nothing for a file that breaks off."""
    end = len(SIGNATURE)
    for chunk in chunks(data):
        end += 12 + len(chunk.data)
        if chunk.type == b"IEND":
            return data[end:]
    return b""


def chunks_behind_end(trailer: bytes) -> Iterator[Chunk]:
    """Yield what stands as whole chunks behind ``IEND``, where none belong and some readers look all the same."""
    return (chunk for chunk in chunks(SIGNATURE + trailer) if chunk.is_intact or chunk.type in TEXT_TYPES)


def join(parts: Iterable[Chunk]) -> bytes:
    """Return the file that holds ``parts``."""
    return SIGNATURE + b"".join(part.to_bytes() for part in parts)


def xmp_chunk(packet: bytes) -> Chunk:
    """Return the uncompressed ``iTXt`` chunk of an XMP packet (XMP part 3, 1.1.5)."""
    return Chunk(b"iTXt", XMP_KEYWORD.encode() + b"\0\0\0\0\0" + packet)


def may_hold_label(chunk: Chunk) -> bool:
    """Whether a chunk is text whose keyword is one of XMP's, or contains AIGC (GB 45438-2025 Annex E a)."""
    keyword = chunk.data[: LONGEST_KEYWORD + 1].partition(b"\0")[0]
    of_xmp = (XMP_KEYWORD.encode(), RAW_XMP_PROFILE.encode())
    return chunk.type in TEXT_TYPES and (keyword in of_xmp or b"AIGC" in keyword.upper())


def text_of(chunk: Chunk, limit: int) -> Text | None:
    """Return the text of a text chunk, decompressed to at most ``limit`` bytes; ``None`` if it is malformed."""
    keyword, separator, rest = chunk.data.partition(b"\0")
    if not separator:
        return None
    if chunk.type == b"iTXt":
        return _international_text(keyword, rest, limit)
    if chunk.type == b"zTXt":
        plain = _inflated(rest[1:], limit)
        return None if plain is None else Text(keyword.decode("latin-1"), plain, "latin-1")
    return Text(keyword.decode("latin-1"), rest[:limit], "latin-1")


def raw_profile(text: Text) -> bytes | None:
    """Return the block that ImageMagick and others write in hexadecimal digits; ``None`` if it is none.

    Under the keyword "Raw profile type exif" (or iptc, xmp, APP1) stand a name, a length, and the digits in lines.
    """
    lines = text.text.split(b"\n", 3)
    if not text.keyword.startswith(RAW_PROFILE) or len(lines) < 4:
        return None
    digits = lines[3].translate(None, b" \r\n\t")
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None


def _international_text(keyword: bytes, rest: bytes, limit: int) -> Text | None:
    """Read compression flag, method, language tag, translated keyword and text (clause 11.3.3.4)."""
    fields = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(fields) < 3:
        return None
    plain = _inflated(fields[2], limit) if rest[0] else fields[2][:limit]
    return None if plain is None else Text(keyword.decode("latin-1"), plain, "utf-8")


def _inflated(compressed: bytes, limit: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(compressed, limit)
    except zlib.error:
        return None
