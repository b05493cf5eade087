"""GIF files made byte by byte: frames of any place, disposal and colour, with codes that compress nothing."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLOURS = bytes((0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255))
"""Black, red, green, blue."""
BLACK, RED, GREEN, BLUE = range(4)


@dataclass(frozen=True)
class Plain:
    """A frame of one colour index at ``box`` (x, y, width, height)."""

    index: int
    box: tuple[int, int, int, int]
    disposal: int = 0
    transparent: int | None = None
    delay: int = 0
    palette: bytes = b""


def pieces(content: bytes) -> bytes:
    """Data pieces and their terminator."""
    parts = [content[at : at + 255] for at in range(0, len(content), 255)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def codes(indices: NDArray[np.uint8]) -> bytes:
    """Each index as a code of 9 bits, with so many clear codes that no other size is ever needed."""
    value = position = 0
    for count, index in enumerate(indices.ravel().tolist()):
        if count % 250 == 0:
            value |= 256 << position
            position += 9
        value |= index << position
        position += 9
    value |= 257 << position
    return b"\x08" + pieces(value.to_bytes((position + 9 + 7) // 8, "little"))


def extension(label: int, content: bytes) -> bytes:
    """An extension block of one label."""
    return bytes((0x21, label)) + content


def control(frame: Plain) -> bytes:
    """The extension that goes before a frame."""
    flags = frame.disposal << 2 | (frame.transparent is not None)
    return extension(0xF9, b"\4" + struct.pack("<BHBB", flags, frame.delay, frame.transparent or 0, 0))


def image(frame: Plain) -> bytes:
    """Descriptor, own colours if any, and codes of a frame."""
    x, y, width, height = frame.box
    flags = 0x80 | (len(frame.palette) // 3).bit_length() - 2 if frame.palette else 0
    head = b"," + struct.pack("<HHHHB", x, y, width, height, flags) + frame.palette
    return head + codes(np.full((height, width), frame.index, np.uint8))


def gif(
    *frames: Plain, size: tuple[int, int] = (80, 70), palette: bytes = COLOURS, extra: bytes = b""
) -> bytes:
    """A GIF of these frames, with ``extra`` blocks before the first."""
    flags = 0x80 | (len(palette) // 3).bit_length() - 2 if palette else 0
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, flags, 0, 0) + palette
    return screen + extra + b"".join(control(frame) + image(frame) for frame in frames) + b";"
