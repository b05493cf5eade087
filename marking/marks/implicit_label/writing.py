"""Write the one label of an encoded picture (GB 45438-2025 clause 6.1) without touching its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, takewhile

from marking.marks.implicit_label import exif, jpeg, png, trailer, webp
from marking.marks.implicit_label.carrier import decoded
from marking.marks.implicit_label.further_writing import write_further
from marking.marks.implicit_label.iptc import Origin
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.parsing import claims_label
from marking.marks.implicit_label.raw_profiles import LARGEST_RAW_PROFILE, read_segment
from marking.marks.implicit_label.xmp import LARGEST_PACKET, build_packet


def write(data: bytes, label: AigcLabel, *, xmp: bytes | None = None, origin: Origin | None = None) -> bytes:
    """Return the picture file ``data`` (PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC) with ``label`` in its XMP as the only label.

    Image data are copied byte for byte. Labels in XMP, in PNG text chunks, in comments of JPEG and GIF, and in the texts and the XMP of
    EXIF go. The other properties of ``xmp``, or if that is ``None`` of the packet in the file, are kept if it parses and the
    container has room. Extended XMP of JPEG files and bytes behind a PNG's or GIF's end are dropped, labels behind a
    JPEG's end are blanked. ``origin`` is
    what IPTC has words for; left out, such words in the file stay as they are.

    Raises ``ValueError`` for a label that breaks Annex E, and for a file of another kind or that is not whole.
    """
    label.require_valid()
    if data.startswith(png.SIGNATURE):
        return _write_png(data, label, xmp, origin)
    if data.startswith(jpeg.START):
        return _write_jpeg(data, label, xmp, origin)
    if webp.is_webp(data):
        return _write_webp(data, label, xmp, origin)
    written = write_further(data, label, xmp, origin)
    if written is not None:
        return written
    raise ValueError(f"expected a picture file, found one that begins with {data[:12].hex(' ')!r}")


def _write_png(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    chunks = list(png.chunks(data))
    if not chunks or chunks[-1].type != b"IEND" or not any(chunk.type == b"IDAT" for chunk in chunks):
        raise ValueError("expected a whole PNG file, found one without image data or end")
    others = (_without_raw_label(chunk) for chunk in chunks if not png.may_hold_label(chunk))
    kept = [_without_exif_label(chunk) for chunk in others if chunk is not None]
    if any(not chunk.is_intact for chunk in kept):
        raise ValueError("expected right checksums in the PNG file, found a wrong one")
    base = xmp if xmp is not None else _png_packet(chunks)
    first_image_data = next(number for number, chunk in enumerate(kept) if chunk.type == b"IDAT")
    kept.insert(first_image_data, png.xmp_chunk(build_packet(label, base, origin)))
    return png.join(kept)


def _png_packet(chunks: Sequence[png.Chunk]) -> bytes | None:
    for chunk in chunks:
        if chunk.type == b"iTXt":
            text = png.text_of(chunk, LARGEST_PACKET)
            if text is not None and text.keyword == png.XMP_KEYWORD:
                return text.text
    return next(filter(None, map(_raw_packet, chunks)), None)


def _raw_packet(chunk: png.Chunk) -> bytes | None:
    text = png.text_of(chunk, LARGEST_RAW_PROFILE) if png.may_hold_label(chunk) else None
    return png.raw_profile(text) if text is not None and text.keyword == png.RAW_XMP_PROFILE else None


def _without_raw_label(chunk: png.Chunk) -> png.Chunk | None:
    """Return ``chunk`` without the labels of the segment that it may keep; ``None`` if that is XMP."""
    segment = read_segment(chunk)
    if segment is None:
        return chunk
    if segment.tiff is not None:
        blanked = exif.with_labels_blanked(segment.tiff)
        return chunk if blanked == segment.tiff else segment.with_tiff(blanked)
    return chunk if segment.packet is None else None


def _without_exif_label(chunk: png.Chunk) -> png.Chunk:
    return (
        png.Chunk(chunk.type, exif.with_labels_blanked(chunk.data), chunk.is_intact)
        if chunk.type == b"eXIf"
        else chunk
    )


def _write_jpeg(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    segments = jpeg.split(data)
    if not segments.scans:
        raise ValueError("expected a whole JPEG file, found one without image data")
    kept = (segment for segment in segments.head if not _is_replaced(segment))
    head = [_without_jpeg_exif_label(segment) for segment in kept]
    base = xmp if xmp is not None else _jpeg_packet(segments.head)
    packet = build_packet(label, base, origin, largest=jpeg.LARGEST_PACKET)
    head.insert(_place_after_leading(head), jpeg.xmp_segment(packet))
    picture = segments.scans[: len(segments.scans) - len(segments.trailer)]
    return jpeg.join(head, picture + trailer.blanked(segments.trailer))


def _is_replaced(segment: jpeg.Segment) -> bool:
    """Whether a segment is XMP, or a label by itself."""
    is_label = segment.may_hold_comment and claims_label(decoded(segment.payload))
    return segment.is_xmp or segment.is_misnamed_xmp or segment.is_extended_xmp or is_label


def _jpeg_packet(head: Sequence[jpeg.Segment]) -> bytes | None:
    proper = (segment.payload[len(jpeg.XMP_HEADER) :] for segment in head if segment.is_xmp)
    misnamed = (segment.payload for segment in head if segment.is_misnamed_xmp)
    return next(chain(proper, misnamed), None)


def _without_jpeg_exif_label(segment: jpeg.Segment) -> jpeg.Segment:
    if not segment.is_exif:
        return segment
    return jpeg.Segment(
        jpeg.APP1, jpeg.EXIF_HEADER + exif.with_labels_blanked(segment.payload[len(jpeg.EXIF_HEADER) :])
    )


def _place_after_leading(head: Sequence[jpeg.Segment]) -> int:
    """Return the place behind the JFIF and EXIF segments, which their standards want first."""
    leading = takewhile(lambda segment: segment.marker == jpeg.APP0 or segment.is_exif, head)
    return sum(1 for _ in leading)


def _write_webp(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    chunks = webp.split(data)
    if not chunks.is_whole:
        raise ValueError("expected a whole WebP file, found one that breaks off")
    parts = [
        webp.Chunk(webp.EXIF, _blanked_webp_exif(part.data)) if part.name == webp.EXIF else part
        for part in chunks.found
    ]
    in_file = next((part.data for part in parts if part.name == webp.XMP), None)
    return webp.join(webp.with_xmp(parts, build_packet(label, xmp if xmp is not None else in_file, origin)))


def _blanked_webp_exif(block: bytes) -> bytes:
    """Blank an EXIF chunk; some writers keep the header of the JPEG segment in it."""
    header = jpeg.EXIF_HEADER if block.startswith(jpeg.EXIF_HEADER) else b""
    return header + exif.with_labels_blanked(block[len(header) :])
