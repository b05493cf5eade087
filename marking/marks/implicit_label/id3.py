"""Labels in ID3v2 tags, which MP3 files begin with (TC260-PG-202510A; ID3v2.2, 2.3 and 2.4): ``TXXX`` named AIGC."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label.carrier import Carrier, Fault, Found, decoded, names_label
from marking.marks.implicit_label.xmp import LARGEST_PACKET

HEADER = 10
LARGEST_TAG = 16 << 20
"""Bytes of a tag that are looked at; cover pictures are the largest part of one."""
MOST_FRAMES = 4096
LONGEST_NAME = 256
"""Bytes of a description that are looked at."""

_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
"""By the byte in front of a text (ID3v2.4 structure, 4)."""
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_FRAME_STARTS = (b"\0", b"A", b"C", b"P", b"T", b"W")
"""Padding, and the first letters of the identifiers of common frames."""


@dataclass(frozen=True)
class Frame:
    """One frame: its identifier and its content as it was before compression and unsynchronisation."""

    id: bytes
    content: bytes


@dataclass(frozen=True)
class _Layout:
    """How the frames of one version are built: lengths in bytes, and the flags of their second flag byte."""

    id_length: int
    size_length: int
    header: int
    compressed: int = 0
    encrypted: int = 0
    grouped: int = 0
    unsynchronised: int = 0
    data_length: int = 0


_LAYOUTS = {
    2: _Layout(3, 3, 6),
    3: _Layout(4, 4, 10, compressed=0x80, encrypted=0x40, grouped=0x20),
    4: _Layout(
        4, 4, 10, compressed=0x08, encrypted=0x04, grouped=0x40, unsynchronised=0x02, data_length=0x01
    ),
}


def is_id3(data: bytes) -> bool:
    """Whether ``data`` begins with an ID3v2 tag of a version that is known."""
    return data.startswith(b"ID3") and len(data) >= HEADER and data[3] in _LAYOUTS


def end(data: bytes) -> int:
    """Return where the tag that ``data`` begins with ends."""
    return HEADER + _synchsafe(data[6:HEADER])


def is_mpeg_audio(data: bytes) -> bool:
    """Whether ``data`` begins with a frame of MPEG audio, layer 1 to 3, without a tag (ISO/IEC 11172-3, 2.4.1.3)."""
    return len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and bool(data[1] & 0x06)


def no_carriers(_data: bytes) -> Iterator[Found]:
    """Yield nothing: MPEG audio without a tag has no place for a label."""
    return iter(())


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts and XMP packets of the tag, and the faults ``truncated_container`` and ``encrypted``."""
    if end(data) > len(data):
        yield Fault("truncated_container")
    version, flags = data[3], data[5]
    body = data[HEADER : min(end(data), LARGEST_TAG)]
    if flags & _UNSYNCHRONISED and version < 4:
        body = _synchronised(body)
    start = _extended_header(body, version) if flags & _EXTENDED else 0
    for found in islice(_frames(body, start, version), MOST_FRAMES):
        yield from (found,) if isinstance(found, Fault) else _in_frame(found)


def _in_frame(frame: Frame) -> Iterator[Found]:
    if frame.id in (b"TXXX", b"TXX") and frame.content[:1] and frame.content[0] < len(_ENCODINGS):
        name, text = _named_text(frame.content[1:], _ENCODINGS[frame.content[0]])
        if names_label(name):
            yield Carrier("id3:TXXX:AIGC", text)
    elif frame.id == b"PRIV" and frame.content.startswith(b"XMP\0"):  # XMP part 3, 1.1.6
        yield Carrier("id3:PRIV:xmp", frame.content[4 : LARGEST_PACKET + 5])


def _named_text(content: bytes, encoding: str) -> tuple[str, str]:
    """Return description and text; the NUL between them is as wide as a code unit and begins at one."""
    width = 2 if encoding.startswith("utf-16") else 1
    places = range(0, min(len(content), LONGEST_NAME), width)
    at = next((place for place in places if not any(content[place : place + width])), len(content))
    return decoded(content[: min(at, LONGEST_NAME)], encoding), decoded(content[at + width :], encoding)


def _frames(body: bytes, position: int, version: int) -> Iterator[Frame | Fault]:
    layout = _LAYOUTS[version]
    while position + layout.header <= len(body) and body[position] != 0:
        size_at = position + layout.id_length
        size_field = body[size_at : size_at + layout.size_length]
        start = position + layout.header
        size = _frame_size(body, start, size_field, version)
        flags = body[start - 1] if version > 2 else 0
        yield _frame(body[position:size_at], body[start : start + size], flags, layout)
        position = start + size


def _frame_size(body: bytes, start: int, field: bytes, version: int) -> int:
    """Return the size of a frame. In version 4 some writers leave out the gaps of a synchsafe number: where a
    frame so long is followed by none, and one of the plain length is, the plain length counts."""
    plain, synchsafe = int.from_bytes(field, "big"), _synchsafe(field)
    if version < 4 or (not _may_follow(body, start + plain) or _may_follow(body, start + synchsafe)):
        return plain if version < 4 else synchsafe
    return plain


def _may_follow(body: bytes, position: int) -> bool:
    """Whether the tag ends at a place, or padding or a frame begins there."""
    return position == len(body) or body[position : position + 1] in _FRAME_STARTS


def _frame(id_: bytes, content: bytes, flags: int, layout: _Layout) -> Frame | Fault:
    if flags & layout.encrypted:
        return Fault("encrypted") if id_ == b"TXXX" else Frame(id_, b"")
    skipped = 4 if flags & (layout.data_length or layout.compressed) else 0
    content = content[skipped + (1 if flags & layout.grouped else 0) :]
    if flags & layout.unsynchronised:
        content = _synchronised(content)
    if flags & layout.compressed:
        return _inflated(id_, content)
    return Frame(id_, content)


def _inflated(id_: bytes, content: bytes) -> Frame | Fault:
    try:
        return Frame(id_, zlib.decompressobj().decompress(content, LARGEST_PACKET + 5))
    except zlib.error:
        return Fault("damaged_text")


def _extended_header(body: bytes, version: int) -> int:
    """Return the length of the extended header; in version 3 its size leaves out its own four bytes."""
    return _synchsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")


def _synchronised(data: bytes) -> bytes:
    return data.replace(b"\xff\0", b"\xff")


def _synchsafe(field: bytes) -> int:
    """Read a number of seven bits a byte (ID3v2.4 structure, 6.2)."""
    number = 0
    for byte in field:
        number = number << 7 | byte & 0x7F
    return number
