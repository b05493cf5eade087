"""Which picture formats are accepted, told from a file's first bytes and never from its name."""

from enum import StrEnum


class MediaType(StrEnum):
    """An accepted format; the value is its IANA media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"

    @property
    def extension(self) -> str:
        """The customary file name ending, without a dot."""
        return {MediaType.PNG: "png", MediaType.JPEG: "jpg", MediaType.WEBP: "webp"}[self]


# Offset and bytes. PNG: ISO/IEC 15948 5.2. JPEG: ITU-T T.81 B.1.1.3 (SOI, then any marker).
# WebP: RFC 9649 section 2.4.
_SIGNATURES: dict[MediaType, tuple[tuple[int, bytes], ...]] = {
    MediaType.PNG: ((0, b"\x89PNG\r\n\x1a\n"),),
    MediaType.JPEG: ((0, b"\xff\xd8\xff"),),
    MediaType.WEBP: ((0, b"RIFF"), (8, b"WEBP")),
}


def sniff(head: bytes) -> MediaType | None:
    """Name the format of a file from its first bytes (12 suffice); None when it is not an accepted one."""
    for media_type, signature in _SIGNATURES.items():
        if all(head[offset : offset + len(magic)] == magic for offset, magic in signature):
            return media_type
    return None
