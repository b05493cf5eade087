"""Which picture formats are accepted, told from a file's first bytes and never from its name."""

from __future__ import annotations

import struct
from enum import StrEnum

SNIFFED_BYTES = 64
"""Bytes from a file's start that `sniff` looks at: room for twelve brands of an ISO base media file."""


class MediaType(StrEnum):
    """An accepted format; the value is its IANA media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    GIF = "image/gif"
    TIFF = "image/tiff"
    AVIF = "image/avif"
    HEIC = "image/heic"

    @property
    def extension(self) -> str:
        """The customary file name ending, without a dot."""
        return {MediaType.JPEG: "jpg"}.get(self, self.value.removeprefix("image/"))

    @property
    def is_written(self) -> bool:
        """Whether files of this format are written here; HEIC is only read."""
        return self is not MediaType.HEIC

    def released_as(self, *, has_alpha: bool) -> MediaType:
        """The format in which a picture of this one is given back: its own, and for HEIC JPEG or, with alpha, PNG."""
        if self.is_written:
            return self
        return MediaType.PNG if has_alpha else MediaType.JPEG


ANIMATED = frozenset({MediaType.PNG, MediaType.WEBP, MediaType.GIF})
"""Formats whose animations are marked frame by frame."""

ACCEPT = ",".join([*MediaType, ".heic", ".heif"])
"""For the ``accept`` of a file field: the media types, and endings whose type not every browser knows."""

# Offset and bytes. PNG: ISO/IEC 15948 5.2. JPEG: ITU-T T.81 B.1.1.3 (SOI, then any marker).
# WebP: RFC 9649 section 2.4. GIF: GIF89a specification, 17. TIFF: revision 6.0, section 2.
_SIGNATURES: tuple[tuple[MediaType, tuple[tuple[int, bytes], ...]], ...] = (
    (MediaType.PNG, ((0, b"\x89PNG\r\n\x1a\n"),)),
    (MediaType.JPEG, ((0, b"\xff\xd8\xff"),)),
    (MediaType.WEBP, ((0, b"RIFF"), (8, b"WEBP"))),
    (MediaType.GIF, ((0, b"GIF87a"),)),
    (MediaType.GIF, ((0, b"GIF89a"),)),
    (MediaType.TIFF, ((0, b"II*\0"),)),
    (MediaType.TIFF, ((0, b"MM\0*"),)),
)

# AVIF 1.1, 6 and 8; ISO/IEC 23008-12:2022, annex B.4. A file names its kind first, or after a general brand.
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})


def sniff(head: bytes) -> MediaType | None:
    """Name the format of a file from its first `SNIFFED_BYTES`; None when it is not an accepted one."""
    for media_type, signature in _SIGNATURES:
        if all(head[offset : offset + len(magic)] == magic for offset, magic in signature):
            return media_type
    return _of_brands(head) if head[4:8] == b"ftyp" else None


def _of_brands(head: bytes) -> MediaType | None:
    """Major brand, version, then the compatible brands (ISO/IEC 14496-12:2022, 4.3)."""
    (length,) = struct.unpack(">I", head[:4])
    listed = head[16 : min(length, SNIFFED_BYTES)]
    for brand in (head[8:12], *(listed[at : at + 4] for at in range(0, len(listed), 4))):
        if brand in _AVIF_BRANDS:
            return MediaType.AVIF
        if brand in _HEIC_BRANDS:
            return MediaType.HEIC
    return None
