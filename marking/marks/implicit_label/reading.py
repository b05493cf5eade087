"""Find every label of an encoded picture, whoever wrote it, and say what is wrong with each."""

from __future__ import annotations

from dataclasses import dataclass

from marking.marks.implicit_label import exif, jpeg, png, webp
from marking.marks.implicit_label.carriers import Carriers, read_carriers
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.parsing import LONGEST_TEXT, Form, parse_label
from marking.marks.implicit_label.xmp import LARGEST_PACKET, read_packet

MOST_LABELS = 32
"""Labels reported from one file; more than one is a fault already (GB 45438-2025 clause 6.1 c)."""
MOST_CARRIERS = 16
"""Packets, texts and comments looked at in one file: each may inflate to a megabyte."""


@dataclass(frozen=True)
class FoundLabel:
    """One label of a file.

    ``value`` is ``None`` if nothing of it could be read. ``place`` is where it stood, such as ``png:iTXt:xmp``,
    ``png:tEXt:AIGC``, ``jpeg:APP1:xmp``, ``webp:XMP``, ``gif:XMP``, ``gif:comment``, ``tiff:700``, ``bmff:item``,
    ``bmff:uuid`` or ``exif:UserComment``. ``faults`` are stable codes: those
    of ``parse_label``, and ``foreign_namespace``, ``damaged_xmp`` and ``damaged_chunk``.
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
    label), ``damaged_xmp``, ``damaged_text``, ``oversized_packet``, ``too_many_carriers``. With one of them, no label found does not
    mean that there was none.
    """

    labels: tuple[FoundLabel, ...]
    faults: tuple[str, ...]


def read(data: bytes) -> Reading:
    """Return the labels of a PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC file. Never raises, whatever the bytes."""
    search = _Search()
    if data.startswith(png.SIGNATURE):
        _search_png(data, search)
    elif data.startswith(jpeg.START):
        _search_jpeg(data, search)
    elif webp.is_webp(data):
        _search_webp(data, search)
    elif (carriers := read_carriers(data)) is not None:
        _search_carriers(carriers, search)
    else:
        search.note("unsupported_container")
    return search.reading()


def claims_label(text: str) -> bool:
    """Whether free text, such as a comment, is meant as a label: an object that names AIGC or its fields."""
    folded = text[:LONGEST_TEXT].lstrip().casefold()
    return folded.startswith("{") and (
        "aigc" in folded or ("label" in folded and "contentproducer" in folded)
    )


class _Search:
    """What was found so far, and how much more may be looked at."""

    def __init__(self) -> None:
        self._labels: list[FoundLabel] = []
        self._faults: list[str] = []
        self._carriers_left = MOST_CARRIERS

    def note(self, fault: str) -> None:
        self._faults.append(fault)

    def may_look(self) -> bool:
        """Count one more carrier, and say whether it may still be looked at."""
        self._carriers_left -= 1
        if self._carriers_left < 0:
            self.note("too_many_carriers")
        return self._carriers_left >= 0

    def add_text(self, place: str, text: str, *faults: str) -> None:
        parsed = parse_label(text)
        if len(self._labels) < MOST_LABELS:
            self._labels.append(FoundLabel(parsed.value, place, parsed.form, (*parsed.faults, *faults)))

    def add_packet(self, place: str, packet: bytes, *faults: str) -> None:
        if len(packet) > LARGEST_PACKET:
            self.note("oversized_packet")
        else:
            self._add_properties(place, packet, faults)

    def _add_properties(self, place: str, packet: bytes, faults: tuple[str, ...]) -> None:
        found = read_packet(packet)
        if found.is_damaged:
            self.note("damaged_xmp")
        for label in found.texts:
            self.add_text(place, label.text, *label.faults, *faults)

    def add_exif(self, tiff: bytes, *faults: str) -> None:
        comment = exif.user_comment(tiff)
        if comment is not None and claims_label(comment.text):
            self.add_text("exif:UserComment", comment.text, *faults)

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
            search.add_exif(chunk.data, *faults)
    if last_type != b"IEND":
        search.note("truncated_container")


def _search_png_text(chunk: png.Chunk, search: _Search, faults: tuple[str, ...]) -> None:
    text = png.text_of(chunk, LARGEST_PACKET + 1)
    if text is None:
        search.note("damaged_text")
    elif text.keyword == png.XMP_KEYWORD:
        search.add_packet(f"png:{chunk.type.decode()}:xmp", text.text, *faults)
    else:
        plain = text.text.decode(text.encoding, errors="replace")
        search.add_text(f"png:{chunk.type.decode()}:AIGC", plain, *faults)


def _search_jpeg(data: bytes, search: _Search) -> None:
    segments = jpeg.split(data)
    for segment in segments.head:
        if segment.is_xmp and search.may_look():
            search.add_packet("jpeg:APP1:xmp", segment.payload[len(jpeg.XMP_HEADER) :])
        elif segment.is_exif and search.may_look():
            search.add_exif(segment.payload[len(jpeg.EXIF_HEADER) :])
    if jpeg.END_OF_IMAGE not in segments.scans:
        search.note("truncated_container")


def _search_webp(data: bytes, search: _Search) -> None:
    chunks = webp.split(data)
    for chunk in chunks.found:
        if chunk.name == webp.XMP and search.may_look():
            search.add_packet("webp:XMP", chunk.data)
        elif chunk.name == webp.EXIF and search.may_look():
            search.add_exif(chunk.data.removeprefix(jpeg.EXIF_HEADER))
    if not chunks.is_whole:
        search.note("truncated_container")


def _search_carriers(carriers: Carriers, search: _Search) -> None:
    for place, packet in carriers.packets:
        if search.may_look():
            search.add_packet(place, packet)
    for tiff in carriers.exif:
        if search.may_look():
            search.add_exif(tiff)
    for comment in carriers.comments:
        if claims_label(comment) and search.may_look():
            search.add_text("gif:comment", comment)
    if not carriers.is_whole:
        search.note("truncated_container")
