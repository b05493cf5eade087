"""What a file says in words beside its pixels: text chunks, XMP, EXIF, and whether a C2PA manifest is there. Pure.

Tolerant on purpose: of a file that breaks off, everything before the break is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marking.marks.implicit_label import jpeg, png, webp
from marking.marks.implicit_label.carriers import Carriers, read_carriers

LONGEST_TEXT = 1 << 20
"""Bytes of one text or packet that are looked at."""

# C2PA Technical Specification 2.2, annex A.3: where a manifest store is embedded.
_PNG_MANIFEST = b"caBX"
_WEBP_MANIFEST = b"C2PA"
_APP11 = 0xEB
_JUMBF_START = b"JP"  # ISO/IEC 19566-5: common identifier, then instance (2) and packet number (4)
_BOX_TYPE_AT = 12
_LABEL_WITHIN = 64  # the description box with the label "c2pa" comes first


@dataclass(frozen=True)
class Metadata:
    """The words of one file.

    ``texts``: keyword and text of PNG text chunks, GIF comments under "Comment"; ``xmp`` and ``exif``: packets and TIFF blocks as bytes;
    ``manifest_place``: where a C2PA manifest stands, such as ``png:caBX``, empty without one; ``is_whole``:
    whether the file was read to its end.
    """

    texts: tuple[tuple[str, str], ...] = ()
    xmp: tuple[bytes, ...] = ()
    exif: tuple[bytes, ...] = ()
    manifest_place: str = ""
    is_whole: bool = True


def read_metadata(data: bytes) -> Metadata:
    """Return the words of a picture file of an accepted format. Never raises; other files have none and are not whole."""
    if data.startswith(png.SIGNATURE):
        return _of_png(data)
    if data.startswith(jpeg.START):
        return _of_jpeg(data)
    if webp.is_webp(data):
        return _of_webp(data)
    carriers = read_carriers(data)
    return Metadata(is_whole=False) if carriers is None else _of_carriers(carriers)


def _of_png(data: bytes) -> Metadata:
    chunks = list(png.chunks(data))
    texts = list(_png_texts(chunks))
    return Metadata(
        texts=tuple((text.keyword, text.text.decode(text.encoding, "replace")) for text in texts),
        xmp=tuple(text.text for text in texts if text.keyword == png.XMP_KEYWORD),
        exif=tuple(chunk.data for chunk in chunks if chunk.type == b"eXIf"),
        manifest_place="png:caBX" if any(chunk.type == _PNG_MANIFEST for chunk in chunks) else "",
        is_whole=bool(chunks) and chunks[-1].type == b"IEND",
    )


def _png_texts(chunks: list[png.Chunk]) -> Iterator[png.Text]:
    for chunk in chunks:
        text = png.text_of(chunk, LONGEST_TEXT) if chunk.type in png.TEXT_TYPES else None
        if text is not None:
            yield text


def _of_jpeg(data: bytes) -> Metadata:
    segments = jpeg.split(data)
    app1 = [segment.payload for segment in segments.head if segment.marker == jpeg.APP1]
    return Metadata(
        xmp=tuple(p[len(jpeg.XMP_HEADER) :] for p in app1 if p.startswith(jpeg.XMP_HEADER)),
        exif=tuple(p[len(jpeg.EXIF_HEADER) :] for p in app1 if p.startswith(jpeg.EXIF_HEADER)),
        manifest_place="jpeg:APP11" if any(map(_is_jpeg_manifest, segments.head)) else "",
        is_whole=jpeg.END_OF_IMAGE in segments.scans,
    )


def _is_jpeg_manifest(segment: jpeg.Segment) -> bool:
    """Whether a segment begins a JUMBF super box that is labelled c2pa; other standards use APP11 as well."""
    payload = segment.payload
    return (
        segment.marker == _APP11
        and payload.startswith(_JUMBF_START)
        and payload[_BOX_TYPE_AT : _BOX_TYPE_AT + 4] == b"jumb"
        and b"c2pa" in payload[:_LABEL_WITHIN]
    )


def _of_webp(data: bytes) -> Metadata:
    chunks = webp.split(data)
    return Metadata(
        xmp=tuple(chunk.data[:LONGEST_TEXT] for chunk in chunks.found if chunk.name == webp.XMP),
        exif=tuple(
            chunk.data.removeprefix(jpeg.EXIF_HEADER) for chunk in chunks.found if chunk.name == webp.EXIF
        ),
        manifest_place="webp:C2PA" if any(chunk.name == _WEBP_MANIFEST for chunk in chunks.found) else "",
        is_whole=chunks.is_whole,
    )


def _of_carriers(carriers: Carriers) -> Metadata:
    """GIF, TIFF, AVIF and HEIC."""
    return Metadata(
        texts=tuple(("Comment", text[:LONGEST_TEXT]) for text in carriers.comments),
        xmp=tuple(packet[:LONGEST_TEXT] for _, packet in carriers.packets),
        exif=carriers.exif,
        manifest_place=carriers.manifest_place,
        is_whole=carriers.is_whole,
    )
