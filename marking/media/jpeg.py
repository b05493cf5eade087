"""The segments of a JPEG file (ITU-T T.81; JFIF: T.871; EXIF: CIPA DC-008; ICC: ICC.1:2022 annex B.4)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from marking.media.exif import CENTIMETRES_PER_INCH, Density, checked_density, read_density, read_orientation
from marking.media.refusal import Refused
from marking.media.structure import MAX_PROFILE_BYTES, FileBytes, Structure, count_chunk

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Application segments and comments, less JFIF (0xE0) and Adobe (0xEE): those two say how colours are coded.
_NOT_PIXELS = {*range(0xE1, 0xEE), 0xEF, 0xFE}
_EXIF = (0xE1, b"Exif\0\0")
_XMP = (0xE1, b"http://ns.adobe.com/xap/1.0/\0")
_ICC = (0xE2, b"ICC_PROFILE\0")
_JFIF = (0xE0, b"JFIF\0")
_SEVERAL = (0xE2, b"MPF\0")  # CIPA DC-007, 5.1


class _Segment(NamedTuple):
    marker: int
    start: int
    body: int
    stop: int


def read_jpeg(data: FileBytes) -> Structure:
    """Take a JPEG apart up to its first scan. Raises Refused for a file cut short and missing parts.

    Further pictures in the same file (depth maps, gain maps, previews) are left aside: the first one counts. Those that
    the file lists are noted as "further_pictures".
    """
    segments = list(_segments(data))
    scan = segments[-1].start
    if data.find(b"\xff\xd9", scan) < 0:
        raise Refused("truncated", reason="its end mark (EOI) is missing")
    width, height = _size(data, segments)
    exif = next(_labelled(data, segments, *_EXIF), None)
    kept = [(s.start, s.stop) for s in segments[:-1] if s.marker not in _NOT_PIXELS]
    return Structure(
        width=width,
        height=height,
        frames=1,
        pixel_spans=((0, 2), *kept, (scan, len(data))),
        orientation=read_orientation(exif),
        icc_profile=_profile(sorted(_labelled(data, segments, *_ICC))),
        xmp=next(_labelled(data, segments, *_XMP), None),
        density=_density(next(_labelled(data, segments, *_JFIF), b"")) or read_density(exif),
        notes=("further_pictures",) if any(_labelled(data, segments, *_SEVERAL)) else (),
    )


def _density(jfif: bytes) -> Density | None:
    """Units, then density across and down (T.871, 10.1); None where the numbers only say the shape of a pixel."""
    if len(jfif) < 7:
        return None
    unit, across, down = struct.unpack(">BHH", jfif[2:7])
    scale = {1: 1.0, 2: CENTIMETRES_PER_INCH}.get(unit)
    return None if scale is None else checked_density(across * scale, down * scale)


def _segments(data: FileBytes) -> Iterator[_Segment]:
    """Every segment after SOI up to and with the first start of scan."""
    position = 2
    marker = _SOI
    count = 0
    while marker != _SOS:
        start = position
        position, marker = _next_marker(data, position)
        if marker in _STANDALONE:
            continue
        if marker == _EOI:
            raise Refused("unreadable", reason="there is no picture data (scan) in it")
        segment = _Segment(marker, start, position + 2, position + _length(data, position))
        yield segment
        position = segment.stop
        count += 1
        count_chunk(count)


def _next_marker(data: FileBytes, position: int) -> tuple[int, int]:
    """Where the segment's length stands, and its marker; any number of 0xFF may come first (B.1.1.2)."""
    if data[position : position + 1] not in (b"\xff", b""):
        raise Refused("unreadable", reason=f"a marker was expected at byte {position}")
    while data[position : position + 1] == b"\xff":
        position += 1
    if position >= len(data):
        raise Refused("truncated", reason="its picture data (scan) is missing")
    return position + 1, data[position]


def _length(data: FileBytes, position: int) -> int:
    field = data[position : position + 2]
    length = int.from_bytes(field)
    if len(field) < 2 or position + length > len(data):
        raise Refused("truncated", reason="one of its parts is cut off")
    if length < 2:
        raise Refused(
            "unreadable", reason=f"a part at byte {position} claims to be shorter than its own length"
        )
    return length


def _size(data: FileBytes, segments: list[_Segment]) -> tuple[int, int]:
    """Width and height from the one frame header (B.2.2)."""
    frames = [s for s in segments if s.marker in _FRAME_HEADERS]
    if len(frames) != 1 or frames[0].stop - frames[0].body < 6:
        raise Refused("unreadable", reason=f"one frame header (SOF) was expected, {len(frames)} found")
    precision, height, width = struct.unpack(">BHH", data[frames[0].body : frames[0].body + 5])
    if precision != 8:
        raise Refused("unreadable", reason=f"8-bit samples were expected, {precision}-bit ones found")
    return int(width), int(height)


def _labelled(data: FileBytes, segments: list[_Segment], marker: int, label: bytes) -> Iterator[bytes]:
    """What follows the label in each segment that has this marker and label."""
    for segment in segments:
        if segment.marker == marker and data[segment.body : segment.body + len(label)] == label:
            yield data[segment.body + len(label) : segment.stop]


def _profile(parts: list[bytes]) -> bytes | None:
    """Join a profile from its parts, each led by its number from 1 and the count; None when one is missing."""
    if not 1 <= len(parts) <= 255:
        return None
    expected = [bytes((number, len(parts))) for number in range(1, len(parts) + 1)]
    if [part[:2] for part in parts] != expected:
        return None
    profile = b"".join(part[2:] for part in parts)
    if len(profile) > MAX_PROFILE_BYTES:
        raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
    return profile
