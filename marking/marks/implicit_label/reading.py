"""Find every label of a file, whoever wrote it, and say what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marking.marks.implicit_label import containers, exif, jpeg, png, tiff, trailer, webp
from marking.marks.implicit_label.carrier import Fault, Found, decoded
from marking.marks.implicit_label.further_reading import Carriers, read_carriers
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.parsing import Form, claims_label, parse_label
from marking.marks.implicit_label.raw_profiles import LARGEST_RAW_PROFILE, RawSegment, read_segment
from marking.marks.implicit_label.xmp import LARGEST_PACKET, read_packet

MOST_LABELS = 32
"""Labels reported from one file; more than one is a fault already (GB 45438-2025 clause 6.1 c)."""
MOST_CARRIERS = 16
"""Packets, texts and comments looked at in one file: each may inflate to a megabyte."""
MOST_PACKET_BYTES = 2 * LARGEST_PACKET
"""Bytes of XMP looked at in one file: a megabyte of small elements takes a third of a second."""
LARGEST_EXTENDED = 16 << 20
"""Bytes of an extended packet that are put together. One without the word AIGC, such as a depth map, may be larger
than those that are parsed."""


@dataclass(frozen=True)
class FoundLabel:
    """One label of a file.

    ``value`` is ``None`` if nothing of it could be read. ``place`` is where it stood, such as ``png:iTXt:xmp``,
    ``png:tEXt:AIGC``, ``png:trailer``, ``jpeg:APP1:xmp``, ``jpeg:trailer``, ``webp:XMP``, ``gif:XMP``, ``gif:comment``, ``tiff:700``, ``bmff:item``,
    ``bmff:uuid``, ``exif:UserComment``, ``exif:700`` or ``mp4:ilst:AIGC``. ``faults`` are stable codes: those of ``parse_label``, and
    ``foreign_namespace``, ``damaged_xmp``, ``damaged_chunk``, ``damaged_header`` (of a JPEG segment) and
    ``behind_end`` (of a PNG or JPEG).
    """

    value: AigcLabel | None
    place: str
    form: Form
    faults: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the label was read whole and keeps Annex E."""
        return self.value is not None and not self.faults


@dataclass(frozen=True)
class Reading:
    """All labels of a file, and the faults of the file as their carrier.

    ``faults`` are stable codes: ``unsupported_container``, ``truncated_container``, ``duplicate`` (more than one
    label), ``damaged_xmp``, ``damaged_exif``, ``damaged_text``, ``damaged_container``, ``encrypted``,
    ``oversized_packet``, ``too_many_carriers``, ``missing_extended_xmp``. With one of them, no label found does not mean that there was none.
    """

    labels: tuple[FoundLabel, ...]
    faults: tuple[str, ...]


def read(data: bytes) -> Reading:
    """Return the labels of ``data``. Never raises, whatever the bytes.

    Read are PNG, JPEG, WebP, GIF, TIFF, AVIF and HEIC; MP4, MOV, M4A, MKV, WebM, AVI and FLV; WAV, MP3, FLAC and Ogg;
    PDF, OOXML and Markdown.
    """
    search = _Search()
    if data.startswith(png.SIGNATURE):
        _search_png(data, search)
    elif data.startswith(jpeg.START):
        _search_jpeg(data, search)
    elif webp.is_webp(data):
        _search_webp(data, search)
    elif (picture := read_carriers(data)) is not None:
        _search_picture(picture, search, is_tiff=tiff.is_tiff(data))
    elif (found := containers.search(data)) is not None:
        _search_carriers(found, search)
    else:
        search.note("unsupported_container")
    return search.reading()


class _Search:
    """What was found so far, and how much more may be looked at."""

    def __init__(self) -> None:
        self._labels: list[FoundLabel] = []
        self._faults: list[str] = []
        self._carriers_left = MOST_CARRIERS
        self._packet_bytes_left = MOST_PACKET_BYTES

    def note(self, fault: str) -> None:
        self._faults.append(fault)

    @property
    def has_label(self) -> bool:
        return bool(self._labels)

    def may_look(self) -> bool:
        """Count one more carrier, and say whether it may still be looked at."""
        self._carriers_left -= 1
        if self._carriers_left < 0:
            self.note("too_many_carriers")
        return self._carriers_left >= 0

    def add_text(self, place: str, text: str, *faults: str) -> None:
        if len(self._labels) < MOST_LABELS:
            parsed = parse_label(text)
            self._labels.append(FoundLabel(parsed.value, place, parsed.form, (*parsed.faults, *faults)))

    def add_packet(self, place: str, packet: bytes, *faults: str) -> None:
        self._packet_bytes_left -= len(packet)
        if len(packet) > LARGEST_PACKET or self._packet_bytes_left < 0:
            self.note("oversized_packet")
        else:
            self._add_properties(place, packet, faults)

    def _add_properties(self, place: str, packet: bytes, faults: tuple[str, ...]) -> None:
        found = read_packet(packet)
        if found.is_damaged:
            self.note("damaged_xmp")
        for label in found.texts:
            self.add_text(place, label.text, *label.faults, *faults)

    def add_comment(self, place: str, text: str, *faults: str) -> None:
        """Add free text if it is meant as a label."""
        if claims_label(text):
            self.add_text(place, text, *faults)

    def add_exif(self, tiff: bytes, *faults: str) -> None:
        texts = exif.read_texts(tiff)
        if texts.is_damaged:
            self.note("damaged_exif")
        for field in texts.fields:
            if field.name in exif.COMMENT_TAGS:
                self.add_comment(f"exif:{field.name}", field.text, *faults)

    def add_exif_block(self, tiff: bytes, *faults: str) -> None:
        """Add the labels in the texts of an EXIF block, and in its XMP (that of a TIFF file is the file's own)."""
        self.add_exif(tiff, *faults)
        for start, stop in exif.packet_spans(tiff):
            if self.may_look():
                self.add_packet("exif:700", tiff[start:stop], *faults)

    def reading(self) -> Reading:
        duplicate = ["duplicate"] if len(self._labels) > 1 else []
        return Reading(tuple(self._labels), tuple(dict.fromkeys([*self._faults, *duplicate])))


def _search_png(data: bytes, search: _Search) -> None:
    last_type = b""
    for chunk in png.chunks(data):
        last_type = chunk.type
        faults = () if chunk.is_intact else ("damaged_chunk",)
        if png.may_hold_label(chunk) and search.may_look():
            _search_png_text(chunk, search, faults)
        elif chunk.type == b"eXIf" and search.may_look():
            search.add_exif_block(chunk.data, *faults)
        elif (segment := read_segment(chunk)) is not None and search.may_look():
            _search_raw_segment(segment, f"png:{chunk.type.decode()}:raw_profile", search, faults)
    _search_png_trailer(png.behind_end(data), search)
    if last_type != b"IEND":
        search.note("truncated_container")


def _search_png_trailer(trailer: bytes, search: _Search) -> None:
    chunks = list(png.chunks_behind_end(trailer))
    for chunk in chunks:
        if png.may_hold_label(chunk) and search.may_look():
            _search_png_text(chunk, search, ("behind_end",), place="png:trailer")
        elif chunk.type == b"eXIf" and search.may_look():
            search.add_exif_block(chunk.data, "behind_end")
    if not chunks:
        _search_trailer(trailer, "png:trailer", search)


def _search_trailer(behind: bytes, place: str, search: _Search) -> None:
    for each in trailer.leftovers(behind):
        if not search.may_look():
            return
        if each.is_packet:
            search.add_packet(place, each.content, "behind_end")
        else:
            search.add_text(place, decoded(each.content), "behind_end")


def _search_png_text(chunk: png.Chunk, search: _Search, faults: tuple[str, ...], place: str = "") -> None:
    text = png.text_of(chunk, LARGEST_RAW_PROFILE)
    kind = chunk.type.decode()
    if text is None:
        search.note("damaged_text")
    elif text.keyword == png.XMP_KEYWORD:
        search.add_packet(place or f"png:{kind}:xmp", text.text, *faults)
    elif text.keyword == png.RAW_XMP_PROFILE:
        _search_raw_profile(text, search, place or f"png:{kind}:raw_profile", faults)
    else:
        plain = text.text.decode(text.encoding, errors="replace")
        search.add_text(place or f"png:{kind}:AIGC", plain, *faults)


def _search_raw_profile(text: png.Text, search: _Search, place: str, faults: tuple[str, ...]) -> None:
    packet = png.raw_profile(text)
    if packet is None:
        search.note("oversized_packet" if len(text.text) >= LARGEST_RAW_PROFILE else "damaged_text")
    else:
        search.add_packet(place, packet, *faults)


def _search_raw_segment(segment: RawSegment, place: str, search: _Search, faults: tuple[str, ...]) -> None:
    if segment.body is None:
        search.note("damaged_text")
    elif segment.packet is not None:
        search.add_packet(place, segment.packet, *faults)
    elif segment.tiff is not None:
        search.add_exif_block(segment.tiff, *faults)


def _search_jpeg(data: bytes, search: _Search) -> None:
    segments = jpeg.split(data)
    for segment in segments.head:
        if segment.is_xmp and search.may_look():
            search.add_packet("jpeg:APP1:xmp", segment.payload[len(jpeg.XMP_HEADER) :])
        elif segment.is_misnamed_xmp and search.may_look():
            search.add_packet("jpeg:APP1:xmp", segment.payload, "damaged_header")
        elif segment.is_exif and search.may_look():
            search.add_exif_block(segment.payload[len(jpeg.EXIF_HEADER) :])
        elif segment.may_hold_comment and search.may_look():
            search.add_comment(f"jpeg:{segment.name}", decoded(segment.payload))
    for packet in jpeg.extended_packets(segments.head, LARGEST_EXTENDED):
        if search.may_look() and (len(packet) <= LARGEST_PACKET or b"aigc" in packet.lower()):
            search.add_packet("jpeg:APP1:extended_xmp", packet)
    if not search.has_label and jpeg.lacks_extended_xmp(segments.head):
        search.note("missing_extended_xmp")
    _search_trailer(segments.trailer, "jpeg:trailer", search)
    if jpeg.END_OF_IMAGE not in segments.scans:
        search.note("truncated_container")


def _search_webp(data: bytes, search: _Search) -> None:
    chunks = webp.split(data)
    for chunk in chunks.found:
        if chunk.name == webp.XMP and search.may_look():
            search.add_packet("webp:XMP", chunk.data)
        elif chunk.name == webp.EXIF and search.may_look():
            search.add_exif_block(chunk.data.removeprefix(jpeg.EXIF_HEADER))
    if not chunks.is_whole:
        search.note("truncated_container")


def _search_picture(carriers: Carriers, search: _Search, *, is_tiff: bool) -> None:
    for place, packet in carriers.packets:
        if search.may_look():
            search.add_packet(place, packet)
    add = search.add_exif if is_tiff else search.add_exif_block  # a TIFF file's XMP is among its packets
    for block in carriers.exif:
        if search.may_look():
            add(block)
    for comment in carriers.comments:
        if search.may_look():
            search.add_comment("gif:comment", comment)
    if not carriers.is_whole:
        search.note("truncated_container")


def _search_carriers(found: Iterator[Found], search: _Search) -> None:
    for each in found:
        if isinstance(each, Fault):
            search.note(each.code)
        elif not search.may_look():
            return
        elif isinstance(each.content, str):
            search.add_text(each.place, each.content)
        else:
            search.add_packet(each.place, each.content)
