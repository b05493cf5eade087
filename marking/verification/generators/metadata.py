"""What a file says in words beside its pixels: texts, XMP, EXIF, IPTC, and whether a C2PA manifest is there. Pure.

Tolerant on purpose: of a file that breaks off, everything before the break is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label import jpeg, png, webp
from marking.marks.implicit_label.exif import packet_spans
from marking.marks.implicit_label.further_reading import Carriers, read_carriers
from marking.verification.generators import photoshop, samsung
from marking.verification.generators.stealth import stealth_place

LONGEST_TEXT = 1 << 20
"""Bytes of one text or packet that are looked at."""
MOST_TEXTS = 512
LONGEST_TEXTS = 16 << 20
"""Texts of one file that are looked at, and their bytes together: each may inflate to a megabyte."""
MOST_BLOCKS = 16
"""Packets and blocks of one kind that are looked at."""
LONGEST_PACKETS = 2 << 20
"""Bytes of a file's XMP packets that are looked at, together."""

# C2PA Technical Specification 2.2, annex A.3: where a manifest store is embedded.
_PNG_MANIFEST = b"caBX"
_WEBP_MANIFEST = b"C2PA"
_APP11 = 0xEB
_JUMBF_START = b"JP"  # ISO/IEC 19566-5: common identifier, then instance (2) and packet number (4)
_BOX_TYPE_AT = 12
_EXIF_STARTS = (b"Exif", b"II*\0", b"MM\0*")  # of a block with its header, and without
_LABEL_WITHIN = 64  # the description box with the label "c2pa" comes first


@dataclass(frozen=True)
class Metadata:
    """The words of one file.

    ``texts``: keyword and text of PNG text chunks; ``xmp``, ``exif`` and ``iptc``: packets, TIFF blocks and IIM
    records as bytes; ``comments``: comments of JPEG and GIF; ``appended``: name and content of the blocks that Samsung's editor
    puts behind a picture; ``stealth_place``: where the lowest bits of the pixels hide a message (see `stealth`);
    ``manifest_place``: where a C2PA manifest stands, such as ``png:caBX``, empty without one; ``is_whole``:
    whether the file was read to its end; ``is_known``: whether its container was; ``is_too_large``: whether there was more than is looked at.
    """

    texts: tuple[tuple[str, str], ...] = ()
    xmp: tuple[bytes, ...] = ()
    exif: tuple[bytes, ...] = ()
    manifest_place: str = ""
    is_whole: bool = True
    iptc: tuple[bytes, ...] = ()
    comments: tuple[str, ...] = ()
    appended: tuple[tuple[str, bytes], ...] = ()
    stealth_place: str = ""
    is_too_large: bool = False
    is_known: bool = True


def read_metadata(data: bytes) -> Metadata:
    """Return the words of a picture file of an accepted format. Never raises; other files have none and are not known."""
    if data.startswith(png.SIGNATURE):
        return _of_png(data)
    if data.startswith(jpeg.START):
        return _of_jpeg(data)
    if webp.is_webp(data):
        return _of_webp(data)
    carriers = read_carriers(data)
    return Metadata(is_whole=False, is_known=False) if carriers is None else _of_carriers(carriers)


def _of_png(data: bytes) -> Metadata:
    chunks = list(png.chunks(data))
    # Behind the end none belong, and some programs write there all the same.
    every = [*chunks, *png.chunks_behind_end(png.behind_end(data))]
    texts, are_all = _png_texts(every)
    profiles = [profile for text in texts if (profile := png.raw_profile(text)) is not None]
    exif = _png_exif(every, profiles)
    return Metadata(
        texts=tuple((text.keyword, text.text.decode(text.encoding, "replace")) for text in texts),
        xmp=_bounded(
            [text.text for text in texts if text.keyword == png.XMP_KEYWORD]
            + [body for body in profiles if not body.startswith((b"8BIM", *_EXIF_STARTS))]
            + _packets_in(exif)
        ),
        exif=exif,
        iptc=tuple(
            block for body in profiles for block in photoshop.iptc_blocks([photoshop.APP13_HEADER + body])
        ),
        stealth_place=stealth_place(chunks),
        manifest_place="png:caBX" if any(chunk.type == _PNG_MANIFEST for chunk in chunks) else "",
        is_whole=bool(chunks) and chunks[-1].type == b"IEND",
        is_too_large=not are_all,
    )


def _png_exif(chunks: Sequence[png.Chunk], profiles: Sequence[bytes]) -> tuple[bytes, ...]:
    blocks = [chunk.data for chunk in chunks if chunk.type == b"eXIf"]
    blocks += [body.removeprefix(jpeg.EXIF_HEADER) for body in profiles if body.startswith(_EXIF_STARTS)]
    return tuple(blocks[:MOST_BLOCKS])


def _packets_in(exif: Sequence[bytes]) -> list[bytes]:
    """Return the XMP packets that stand in EXIF blocks (tag 700, XMP part 3, 1.1.7)."""
    packets = (block[start:stop] for block in exif for start, stop in packet_spans(block))
    return list(islice(packets, MOST_BLOCKS))


def _png_texts(chunks: Sequence[png.Chunk]) -> tuple[list[png.Text], bool]:
    """Return the texts, and whether these are all: `MOST_TEXTS`, and `LONGEST_TEXTS` together, are looked at."""
    texts: list[png.Text] = []
    room = LONGEST_TEXTS
    for number, chunk in enumerate(chunk for chunk in chunks if chunk.type in png.TEXT_TYPES):
        if number >= MOST_TEXTS or room <= 0:
            return texts, False
        text = png.text_of(chunk, LONGEST_TEXT)
        if text is not None:
            texts.append(text)
            room -= len(text.text)
    return texts, True


def _of_jpeg(data: bytes) -> Metadata:
    segments = jpeg.split(data)
    app1 = [segment.payload for segment in segments.head if segment.marker == jpeg.APP1]
    app13 = (segment.payload for segment in segments.head if segment.marker == jpeg.APP13)
    comments = (segment.payload for segment in segments.head if segment.marker == jpeg.COMMENT)
    packets = (p[len(jpeg.XMP_HEADER) :] for p in app1 if p.startswith(jpeg.XMP_HEADER))
    exif = tuple(p[len(jpeg.EXIF_HEADER) :] for p in app1 if p.startswith(jpeg.EXIF_HEADER))[:MOST_BLOCKS]
    return Metadata(
        xmp=_bounded((*packets, *_extended(segments), *_packets_in(exif))),
        exif=exif,
        iptc=tuple(islice(photoshop.iptc_blocks(app13), MOST_BLOCKS)),
        comments=tuple(comment.decode("utf-8", "replace") for comment in islice(comments, MOST_BLOCKS)),
        appended=tuple(samsung.blocks(data)),
        manifest_place="jpeg:APP11" if any(map(_is_jpeg_manifest, segments.head)) else "",
        is_whole=jpeg.END_OF_IMAGE in segments.scans,
    )


def _extended(segments: jpeg.Segments) -> Iterator[bytes]:
    """Yield the extended packets; the long ones, which hold depth maps and the like, are left aside."""
    packets = jpeg.extended_packets(segments.head, LONGEST_TEXT + 1)
    return (packet for packet in islice(packets, MOST_BLOCKS) if len(packet) <= LONGEST_TEXT)


def _bounded(packets: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the first packets, cut where they reach the bounds together."""
    kept: list[bytes] = []
    room = LONGEST_PACKETS
    for packet in packets[:MOST_BLOCKS]:
        kept.append(packet[: min(room, LONGEST_TEXT)])
        room -= len(kept[-1])
    return tuple(filter(None, kept))


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
    blocks = [chunk.data for chunk in chunks.found if chunk.name == webp.EXIF][:MOST_BLOCKS]
    exif = tuple(block.removeprefix(jpeg.EXIF_HEADER) for block in blocks)
    packets = [chunk.data for chunk in chunks.found if chunk.name == webp.XMP]
    return Metadata(
        xmp=_bounded(packets + _packets_in(exif)),
        exif=exif,
        manifest_place="webp:C2PA" if any(chunk.name == _WEBP_MANIFEST for chunk in chunks.found) else "",
        is_whole=chunks.is_whole,
    )


def _of_carriers(carriers: Carriers) -> Metadata:
    """GIF, TIFF, AVIF and HEIC."""
    return Metadata(
        comments=tuple(text[:LONGEST_TEXT] for text in carriers.comments[:MOST_BLOCKS]),
        # Of a TIFF, the block is the file: its packet is found twice.
        xmp=_bounded(
            list(dict.fromkeys([packet for _, packet in carriers.packets] + _packets_in(carriers.exif)))
        ),
        exif=carriers.exif,
        manifest_place=carriers.manifest_place,
        is_whole=carriers.is_whole,
    )
