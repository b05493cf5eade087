"""Files with metadata, built byte by byte."""

from __future__ import annotations

from marking.marks.implicit_label import jpeg, png, webp

XMP_PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" {attributes}>{elements}</rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)
JUMBF = b"JP\0\1\0\0\0\1\0\0\1\0jumb\0\0\0\x25jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"


def xmp(attributes: str = "", elements: str = "") -> bytes:
    """An XMP packet with one description."""
    return XMP_PACKET.format(attributes=attributes, elements=elements).encode()


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header."""
    header, *rest = png.chunks(data)
    return png.join([header, *(png.Chunk(kind, body) for kind, body in chunks), *rest])


def with_segments(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG with more segments at its start."""
    parts = jpeg.split(data)
    return jpeg.join([*(jpeg.Segment(marker, body) for marker, body in segments), *parts.head], parts.scans)


def with_riff_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP with more chunks at its end."""
    found = webp.split(data).found
    return webp.join([*found, *(webp.Chunk(name, body) for name, body in chunks)])
