"""A message in the lowest bits of a PNG's pixels, as NovelAI and "stealth pnginfo" write it. Pure.

The bits run down the first column, then the next, the highest bit of a byte first: one of each pixel's alpha, or one
each of red, green and blue. Fifteen letters begin the message. They are enough to know it, by chance in one picture
of 2¹²⁰, so that of the pixels only those are unpacked in which they stand, and of the message nothing is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marking.marks.implicit_label.png import Chunk

MAGIC_LENGTH = 15
ALPHA_MAGIC = (b"stealth_pnginfo", b"stealth_pngcomp")
RGB_MAGIC = (b"stealth_rgbinfo", b"stealth_rgbcomp")
LARGEST_PART = 1 << 25
"""Bytes of unpacked rows that are looked at: those of 120 rows are fewer for any width that is accepted."""

_CHANNELS = {2: 3, 6: 4}  # PNG colour types: RGB, RGBA


@dataclass(frozen=True)
class _Corner:
    """The leading pixels of the leading rows: as many as the message's first letters take up."""

    columns: int
    rows: Sequence[Sequence[int]]  # a row's samples
    channels: int

    def bits(self, first: int, count: int) -> list[int]:
        """Return the lowest bits of ``count`` channels from ``first`` on, pixel by pixel down the columns."""
        return [
            row[column * self.channels + channel] & 1
            for column in range(self.columns)
            for row in self.rows
            for channel in range(first, first + count)
        ]


def stealth_place(chunks: Sequence[Chunk]) -> str:
    """Return where a PNG hides a message, ``alpha`` or ``rgb``; empty if nowhere.

    Looked at are 8-bit pictures of full colour without interlacing, which is what those programs write. Never raises.
    """
    corner = _corner(chunks)
    if corner is None:
        return ""
    if corner.channels == 4 and _bytes(corner.bits(3, 1)) in ALPHA_MAGIC:
        return "alpha"
    return "rgb" if _bytes(corner.bits(0, 3)) in RGB_MAGIC else ""


def _corner(chunks: Sequence[Chunk]) -> _Corner | None:
    header = chunks[0].data if chunks and chunks[0].type == b"IHDR" else b""
    if len(header) != 13 or header[8] != 8 or header[9] not in _CHANNELS or header[12] != 0:
        return None
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    channels = _CHANNELS[header[9]]
    rows = min(height, 8 * MAGIC_LENGTH)
    columns = min(width, -(-8 * MAGIC_LENGTH // max(height, 1)))
    stride = 1 + width * channels
    packed = (chunk.data for chunk in chunks if chunk.type == b"IDAT")
    unpacked = _unpacked(packed, min(rows * stride, LARGEST_PART))
    if len(unpacked) < rows * stride or not rows:
        return None
    lines = [unpacked[row * stride : row * stride + 1 + columns * channels] for row in range(rows)]
    return _Corner(columns, _unfiltered(lines, channels), channels)


def _unpacked(packed: Iterable[bytes], size: int) -> bytes:
    """Return the first ``size`` bytes of the stream that the parts make up, fewer if it breaks off."""
    unpacker, found = zlib.decompressobj(), bytearray()
    try:
        for part in packed:
            if len(found) >= size or unpacker.eof:
                break
            found += unpacker.decompress(part, size - len(found))
    except zlib.error:
        return bytes(found)
    return bytes(found)


def _unfiltered(lines: Sequence[bytes], channels: int) -> list[list[int]]:
    """Return the samples of the lines' beginnings (PNG, 9.2): a filter looks only to the left and above."""
    rows: list[list[int]] = []
    above = [0] * (len(lines[0]) - 1)
    for line in lines:
        row: list[int] = []
        for place, value in enumerate(line[1:]):
            left = row[place - channels] if place >= channels else 0
            corner = above[place - channels] if place >= channels else 0
            row.append((value + _predicted(line[0], left, above[place], corner)) & 0xFF)
        rows.append(row)
        above = row
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    nearest = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
    return {1: left, 2: up, 3: (left + up) // 2, 4: nearest}.get(kind, 0)


def _bytes(bits: Sequence[int]) -> bytes:
    number = int("".join(map(str, bits[: 8 * MAGIC_LENGTH])) or "0", 2)
    return number.to_bytes(MAGIC_LENGTH, "big")
