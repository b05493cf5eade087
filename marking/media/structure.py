"""What a picture file says about itself, read from its chunks before any decoder sees it."""

import mmap
import zlib
from dataclasses import dataclass
from typing import TypeAlias

from marking.media.refusal import Refused

FileBytes: TypeAlias = bytes | mmap.mmap
Span: TypeAlias = tuple[int, int]

MAX_CHUNKS = 65_536
"""Chunks or segments a file may have. A 60 MiB PNG in pieces of 8 KiB has 7,680."""

MAX_PROFILE_BYTES = 4 * 2**20
"""Largest colour profile, unpacked. Printing profiles reach about 2.7 MB."""

MAX_XMP_BYTES = 4 * 2**20
"""Largest XMP packet, unpacked; a larger one is left aside."""


@dataclass(frozen=True)
class Structure:
    """A file taken apart without decoding a pixel.

    ``width`` and ``height`` are as stored; ``orientation`` is the EXIF value 1 to 8 that turns them upright.
    ``pixel_spans`` are the parts, as (start, stop), that a decoder needs: everything else (text, EXIF,
    thumbnails, profiles, other pictures behind the first) never reaches it. ``transparent`` is the one
    colour that a PNG without alpha declares transparent, in 8-bit samples.
    """

    width: int
    height: int
    frames: int
    pixel_spans: tuple[Span, ...]
    orientation: int = 1
    bit_depth: int = 8
    transparent: tuple[int, ...] | None = None
    icc_profile: bytes | None = None
    xmp: bytes | None = None

    def pixel_file(self, data: FileBytes) -> bytes:
        """The file reduced to what a decoder needs."""
        return b"".join(data[start:stop] for start, stop in self.pixel_spans)


def inflate(packed: bytes, limit: int) -> bytes:
    """Unpack a zlib stream (RFC 1950), stopping after ``limit`` + 1 bytes: a result that long is too long.

    Raises zlib.error for a damaged or incomplete stream.
    """
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, limit + 1)
    if not unpacker.eof and len(unpacked) <= limit:
        raise zlib.error("incomplete stream")
    return unpacked


def count_chunk(count: int) -> None:
    """Refuse a file that consists of so many chunks that walking them is work in itself."""
    if count > MAX_CHUNKS:
        raise Refused("unreadable", reason=f"it has more than {MAX_CHUNKS} parts")
