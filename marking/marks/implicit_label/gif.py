"""GIF blocks: split, join, and the XMP among them (GIF89a specification, 1990; XMP part 3, 1.1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SIGNATURES = (b"GIF87a", b"GIF89a")
VERSION = SIGNATURES[1]
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
COMMENT, APPLICATION, CONTROL = 0xFE, 0xFF, 0xF9
SCREEN_STOP = 13
MOST_PIECES = 1 << 20
"""Data pieces that are followed; a file of 60 MiB in pieces of 255 bytes has 246,724."""

XMP_NAME = b"XMP DataXMP"
C2PA_NAME = b"C2PA_GIF\1\0\0"
XMP_TRAILER = b"\1" + bytes(range(255, -1, -1)) + b"\0"
"""Bytes behind a packet: read as lengths of data pieces, each leads to the end of the block."""


@dataclass(frozen=True)
class Block:
    """One block as it stands in the file. ``kind`` is its first byte, ``label`` an extension's second, or 0."""

    kind: int
    label: int
    data: bytes

    @property
    def application(self) -> bytes:
        """The eleven bytes that name an application extension; empty for other blocks."""
        return self.data[3:14] if self.label == APPLICATION and self.data[2:3] == b"\x0b" else b""

    @property
    def content(self) -> bytes:
        """The data pieces of an extension, joined; of an application extension without its name."""
        start = 14 if self.application else 2
        pieces = []
        while start < len(self.data) and (length := self.data[start]):
            pieces.append(self.data[start + 1 : start + 1 + length])
            start += 1 + length
        return b"".join(pieces)

    @property
    def packet(self) -> bytes:
        """The XMP packet of an extension named so: as Adobe lays it down, or else in ordinary pieces."""
        if self.data.endswith(XMP_TRAILER):
            return self.data[14 : -len(XMP_TRAILER)]
        return self.content


@dataclass(frozen=True)
class Blocks:
    """Header with the colours of all frames, the blocks that are whole, and whether the trailer was reached."""

    header: bytes
    found: tuple[Block, ...]
    is_whole: bool

    @property
    def has_image(self) -> bool:
        """Whether there is a frame."""
        return any(block.kind == IMAGE for block in self.found)


def is_gif(data: bytes) -> bool:
    """Whether ``data`` begins as a GIF file does."""
    return data.startswith(SIGNATURES)


def split(data: bytes) -> Blocks:
    """Split ``data`` into its blocks up to the trailer, or up to the place where it breaks off."""
    position = _behind_colours(data, 10, SCREEN_STOP)
    header = data[:position]
    found: list[Block] = []
    budget = MOST_PIECES
    while position < len(data) and data[position] != TRAILER and budget > 0:
        stop, pieces = _stop(data, position, budget)
        if stop is None:
            return Blocks(header, tuple(found), is_whole=False)
        label = data[position + 1] if data[position] == EXTENSION else 0
        found.append(Block(data[position], label, data[position:stop]))
        position = stop
        budget -= pieces + 1
    return Blocks(header, tuple(found), is_whole=data[position : position + 1] == bytes((TRAILER,)))


def _behind_colours(data: bytes, flags_at: int, start: int) -> int:
    """Where a table of colours ends that begins at ``start`` if the flags say there is one (19 c)."""
    flags = data[flags_at] if flags_at < len(data) else 0
    return start + (6 << (flags & 7)) if flags & 0x80 else start


def _stop(data: bytes, position: int, budget: int) -> tuple[int | None, int]:
    """Where the block at a place ends, and how many pieces it has; ``None`` if it is unknown or cut off."""
    if data[position] == EXTENSION:
        start = position + 2
    elif data[position] == IMAGE:
        start = _behind_colours(data, position + 9, position + 10) + 1
    else:
        return None, 0
    pieces = 0
    while start < len(data) and pieces < budget:
        length = data[start]
        start += 1 + length
        pieces += 1
        if not length:
            return start, pieces
    return None, pieces


def join(header: bytes, blocks: Iterable[Block]) -> bytes:
    """Return the file that holds ``blocks``, in the version that knows extensions."""
    body = b"".join(block.data for block in blocks)
    return VERSION + header[len(VERSION) :] + body + bytes((TRAILER,))


def xmp_block(packet: bytes) -> Block:
    """Return the application extension of an XMP packet, which must hold no NUL."""
    return Block(EXTENSION, APPLICATION, b"!\xff\x0b" + XMP_NAME + packet + XMP_TRAILER)
