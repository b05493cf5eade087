"""Segments of JPEG files that ImageMagick keeps as hexadecimal text in PNG files: EXIF, and XMP among them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from marking.marks.implicit_label import jpeg, png
from marking.marks.implicit_label.xmp import LARGEST_PACKET

LARGEST_RAW_PROFILE = 3 * LARGEST_PACKET
"""Bytes of a PNG text that are read: two digits for each byte of a packet, and the ends of its lines."""
_NAMES = ("exif", "APP1")
_TIFF_STARTS = (jpeg.EXIF_HEADER, b"II*\0", b"MM\0*")


@dataclass(frozen=True)
class RawSegment:
    """What one chunk keeps: the name, and the segment's bytes, ``None`` if the text is no profile."""

    name: str
    body: bytes | None

    @property
    def packet(self) -> bytes | None:
        """The XMP packet, if it is one."""
        is_xmp = self.body is not None and self.body.startswith(jpeg.XMP_HEADER)
        return self.body[len(jpeg.XMP_HEADER) :] if self.body is not None and is_xmp else None

    @property
    def tiff(self) -> bytes | None:
        """The EXIF block without the segment's header, if it is one."""
        is_exif = self.body is not None and self.body.startswith(_TIFF_STARTS)
        return self.body.removeprefix(jpeg.EXIF_HEADER) if self.body is not None and is_exif else None

    def with_tiff(self, tiff: bytes) -> png.Chunk:
        """Return a compressed chunk that keeps ``tiff`` under the same name."""
        block = jpeg.EXIF_HEADER + tiff
        text = f"\n{self.name}\n{len(block):8}\n{block.hex()}\n".encode()
        keyword = (png.RAW_PROFILE + self.name).encode()
        return png.Chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(text))


def read_segment(chunk: png.Chunk) -> RawSegment | None:
    """Return the segment that ``chunk`` keeps; ``None`` for all other chunks."""
    if chunk.type not in png.TEXT_TYPES:
        return None
    keyword = chunk.data[: png.LONGEST_KEYWORD + 1].partition(b"\0")[0]
    name = next((name for name in _NAMES if keyword == (png.RAW_PROFILE + name).encode()), None)
    if name is None:
        return None
    text = png.text_of(chunk, LARGEST_RAW_PROFILE)
    return RawSegment(name, None if text is None else png.raw_profile(text))
