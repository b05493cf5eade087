"""The texts and the XMP of an EXIF block (CIPA DC-008-2023, 4.6; Microsoft's XP tags): read them, blank them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label.parsing import claims_label
from marking.marks.implicit_label.xmp import LARGEST_PACKET, RDF_NAMESPACE, read_packet

EXIF_POINTER, XMP = 0x8769, 0x02BC
USER_COMMENT = "UserComment"
TEXT_TAGS = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
    0x927C: "MakerNote",
    0x9286: USER_COMMENT,
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9F: "XPSubject",
}
"""Tags that are read, wherever they stand: some writers put the comment into the first directory."""
COMMENT_TAGS = frozenset({"ImageDescription", USER_COMMENT, "XPTitle", "XPComment", "XPSubject"})
"""Fields in which free text stands, and in the wild labels."""

CODE_LENGTH = 8
"""Bytes of the character code that begins a ``UserComment``."""
MOST_ENTRIES = 4096
LONGEST_TEXTS = 1 << 20
"""Bytes of a block's texts that are looked at, together."""

_BYTE_SIZED = (1, 2, 7, 129)  # BYTE, ASCII, UNDEFINED, UTF-8
_WIDER = {3: 2, 4: 4, 13: 4}  # SHORT, LONG, IFD, in which some keep bytes
_LONGEST_EMPTY = 1 << 16
_EMPTY_PACKET = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF_NAMESPACE}"/></x:xmpmeta>'.encode()
)
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TEXT_TYPES = (2, 129)
_CODES = {b"ASCII\0\0\0": "utf-8", b"JIS\0\0\0\0\0": "iso2022_jp", bytes(CODE_LENGTH): "utf-8"}
_UNICODE = b"UNICODE\0"
_SAMPLE = 128  # bytes by which the order of UTF-16 is told


@dataclass(frozen=True)
class TextField:
    """A text of the block under the name of its tag, and where its bytes (behind any character code) lie."""

    name: str
    text: str
    start: int
    stop: int


@dataclass(frozen=True)
class Texts:
    """The texts of a block, and whether part of it could not be read: it is no TIFF, or points outside itself."""

    fields: tuple[TextField, ...]
    is_damaged: bool = False

    def of(self, name: str) -> str:
        """Return the first text under the name of a tag; empty if there is none."""
        return next((field.text for field in self.fields if field.name == name), "")


@dataclass(frozen=True)
class _Entry:
    tag: int
    type: int
    count: int
    value: int
    place: int  # of the value field

    @property
    def start(self) -> int:
        return self.place if self.size <= 4 else self.value

    @property
    def size(self) -> int:
        return self.count * _WIDER.get(self.type, 1)


def read_texts(tiff: bytes) -> Texts:
    """Return the texts of an EXIF block that begins with its TIFF header (ISO 12234-2). Never raises."""
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return Texts((), is_damaged=True)
    fields: list[TextField] = []
    room = LONGEST_TEXTS
    try:
        for entry in islice(_entries(tiff, order), MOST_ENTRIES):
            if entry.tag in TEXT_TAGS and room > 0:
                fields += _fields(tiff, entry, order, room)
                room -= entry.count
    except struct.error:  # an offset points outside the block
        return Texts(tuple(fields), is_damaged=True)
    return Texts(tuple(fields))


def tags(tiff: bytes) -> frozenset[int]:
    """Return the tags of the first directory of an EXIF block, and of the EXIF directory that it points to. Never raises."""
    found: set[int] = set()
    order = _ORDERS.get(tiff[:4])
    if order is not None:
        with suppress(struct.error):  # what a damaged block gives up to the damage counts
            found.update(entry.tag for entry in islice(_entries(tiff, order), MOST_ENTRIES))
    return frozenset(found)


def packet_spans(tiff: bytes) -> tuple[tuple[int, int], ...]:
    """Return where the XMP packets of an EXIF block lie (tag 700, XMP part 3, 1.1.7), but those that are blank.

    They are in order, and those that overlap are one: together they are no longer than the block. Never raises: what
    a damaged block gives up to the damage counts, and a packet that breaks off ends with the block.
    """
    spans: list[tuple[int, int]] = []
    for start, stop in sorted(_packet_entries(tiff)):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return tuple((start, stop) for start, stop in spans if tiff[start:stop].strip(b"\0 "))


def _packet_entries(tiff: bytes) -> Iterator[tuple[int, int]]:
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return
    with suppress(struct.error):  # an offset points outside the block, which read_texts reports
        for entry in islice(_entries(tiff, order), MOST_ENTRIES):
            if entry.tag == XMP:
                yield entry.start, min(entry.start + entry.size, len(tiff))


def blanked(tiff: bytes, start: int, stop: int) -> bytes:
    """Return the block with the bytes from ``start`` to ``stop`` replaced by NULs; no other byte or offset changes."""
    return tiff[:start] + bytes(stop - start) + tiff[stop:]


def _entries(tiff: bytes, order: str) -> Iterator[_Entry]:
    """Yield the entries of the first directory, then of the EXIF directory that it points to."""
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    pointer = None
    for entry in _directory(tiff, order, first):
        pointer = entry.value if entry.tag == EXIF_POINTER else pointer
        yield entry
    if pointer is not None:
        yield from _directory(tiff, order, pointer)


def _directory(tiff: bytes, order: str, start: int) -> Iterator[_Entry]:
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for place in range(start + 2, start + 2 + 12 * count, 12):
        tag, type_, length, value = struct.unpack_from(order + "HHII", tiff, place)
        yield _Entry(tag, type_, length, value, place + 8)


def _fields(tiff: bytes, entry: _Entry, order: str, room: int) -> list[TextField]:
    """Return the entry's text, of its first ``room`` bytes; none for types that hold no text.

    Raises ``struct.error`` if it lies outside the block.
    """
    name, stop = TEXT_TAGS[entry.tag], entry.start + entry.count
    if entry.type not in _BYTE_SIZED or (name == "MakerNote" and entry.type not in _TEXT_TYPES):
        return []
    if stop > len(tiff):
        raise struct.error(f"expected {name} inside {len(tiff)} bytes, found its end at {stop}")
    value = tiff[entry.start : min(stop, entry.start + room)]
    code = CODE_LENGTH if name == USER_COMMENT and value[:CODE_LENGTH] in (_UNICODE, *_CODES) else 0
    return [TextField(name, _decoded(value, code, name, order), entry.start + code, stop)]


def _decoded(value: bytes, code: int, name: str, order: str) -> str:
    encoding = "utf-16-le" if name.startswith("XP") else _CODES.get(value[:code], "utf-8")
    if code and value[:code] == _UNICODE:
        encoding = _utf_16(value[code : code + _SAMPLE], order)
    return value[code:].decode(encoding, errors="replace").strip("\0 \ufeff")


def _utf_16(sample: bytes, order: str) -> str:
    """Tell the byte order of a text: by the zeros of Latin letters, since many writers ignore the block's."""
    of_low, of_high = sample[1::2].count(0), sample[::2].count(0)
    if of_low != of_high:
        return "utf-16-le" if of_low > of_high else "utf-16-be"
    return "utf-16-le" if order == "<" else "utf-16-be"


def with_label_texts_blanked(tiff: bytes) -> bytes:
    """Return an EXIF block of which the texts that are labels were blanked; no byte moves."""
    for field in read_texts(tiff).fields:
        if field.name in COMMENT_TAGS and claims_label(field.text):
            tiff = blanked(tiff, field.start, field.stop)
    return tiff


def with_labels_blanked(tiff: bytes) -> bytes:
    """Return an EXIF block without labels in its texts and its XMP, which is emptied if it holds or may hold one."""
    written = bytearray(tiff)
    room = LARGEST_PACKET
    for start, stop in packet_spans(tiff):
        room -= stop - start
        if room < 0 or _may_hold_label(tiff[start:stop]):
            written[start:stop] = _empty_packet(stop - start)
    return with_label_texts_blanked(bytes(written))


def _empty_packet(size: int) -> bytes:
    """Return a packet of ``size`` bytes that says nothing; NULs where it has no room, or would be long to read."""
    has_room = len(_EMPTY_PACKET) <= size <= _LONGEST_EMPTY
    return _EMPTY_PACKET.ljust(size) if has_room else bytes(size)


def _may_hold_label(packet: bytes) -> bool:
    found = read_packet(packet)
    return bool(found.texts) or found.is_damaged
