"""What a picture file says about itself, read from its chunks before any decoder sees it."""

import mmap
import zlib
from dataclasses import dataclass
from typing import TypeAlias

from marking.media.exif import Density
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
    thumbnails, profiles, other pictures behind the first) never reaches it; ``frame_spans`` are those for all frames
    of an animation. ``transparent`` is the one colour that a PNG without alpha declares transparent, in 8-bit
    samples. ``decoder_turns`` says that the decoder itself applies the orientation; ``notes`` are added to those of
    the decoded picture; ``is_lossless_webp``: a WebP with at least one frame in its lossless form; ``density``: pixels
    per inch across and down, as stored.
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
    frame_spans: tuple[Span, ...] = ()
    decoder_turns: bool = False
    notes: tuple[str, ...] = ()
    is_lossless_webp: bool = False
    density: Density | None = None

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height in pixels as displayed, the orientation applied."""
        return (self.width, self.height) if self.orientation < 5 else (self.height, self.width)

    @property
    def upright_density(self) -> Density | None:
        """Pixels per inch across and down as displayed, the orientation applied."""
        turned = self.density is not None and self.orientation >= 5
        return self.density[::-1] if turned and self.density else self.density

    def pixel_file(self, data: FileBytes, *, every_frame: bool = False) -> bytes:
        """The file reduced to what a decoder needs."""
        spans = self.frame_spans if every_frame else self.pixel_spans
        return b"".join(data[start:stop] for start, stop in spans)


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
