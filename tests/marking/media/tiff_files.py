"""TIFF files made entry by entry."""

from __future__ import annotations

import struct
from typing import Any

from numpy.typing import NDArray

SHORT, LONG = 3, 4
Entries = dict[int, tuple[int, int]]
"""Type and value by tag; values are single numbers."""


def directory(entries: Entries, following: int = 0, order: str = "<") -> bytes:
    """One directory."""
    body = b"".join(
        struct.pack(order + "HHI", tag, kind, 1)
        + (struct.pack(order + "HH", value, 0) if kind == SHORT else struct.pack(order + "I", value))
        for tag, (kind, value) in sorted(entries.items())
    )
    return struct.pack(order + "H", len(entries)) + body + struct.pack(order + "I", following)


def tiff(
    pixels: NDArray[Any], entries: Entries | None = None, *, order: str = "<", following: int = 0
) -> bytes:
    """An uncompressed grey TIFF of uint8 or uint16, with more ``entries`` or others in place of its own."""
    rows = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    own: Entries = {
        256: (SHORT, pixels.shape[1]),
        257: (SHORT, pixels.shape[0]),
        258: (SHORT, 8 * pixels.dtype.itemsize),
        259: (SHORT, 1),
        262: (SHORT, 1),
        273: (LONG, 8),
        277: (SHORT, 1),
        278: (SHORT, pixels.shape[0]),
        279: (LONG, len(rows)),
    }
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "I", 8 + len(rows))
    return head + rows + directory(own | (entries or {}), following, order)
