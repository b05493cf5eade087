"""The chunks of a PNG file (ISO/IEC 15948:2004; animation and eXIf from its third edition of 2025)."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from marking.media.exif import Density, checked_density, read_density, read_orientation
from marking.media.refusal import Refused
from marking.media.structure import (
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileBytes,
    Structure,
    count_chunk,
    inflate,
)

_SIGNATURE_BYTES = 8
_GREY, _RGB = 0, 2
_INCHES_PER_METRE = 1 / 0.0254
_PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_FRAME_CHUNKS = _PIXEL_CHUNKS | {b"tRNS", b"acTL", b"fcTL", b"fdAT"}
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_MAX_EXIF_BYTES = 2**20
# Chunks that say something about the picture, and how much of each is read.
_METADATA_BYTES = {
    b"acTL": 8,
    b"tRNS": 6,
    b"fdAT": 0,
    b"pHYs": 9,
    b"eXIf": _MAX_EXIF_BYTES,
    b"iCCP": MAX_PROFILE_BYTES,
    b"iTXt": MAX_XMP_BYTES + 1024,
}


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    body: int
    stop: int


def read_png(data: FileBytes) -> Structure:
    """Take a PNG apart. Raises Refused for a file cut short, wrong checksums and missing parts."""
    chunks = list(_chunks(data))
    if chunks[0].kind != b"IHDR" or chunks[0].stop - chunks[0].body != 17:
        raise Refused("unreadable", reason="a PNG begins with its header (IHDR); this one does not")
    if all(chunk.kind != b"IDAT" for chunk in chunks):
        raise Refused("unreadable", reason="there is no picture data (IDAT) in it")
    width, height, bit_depth, colour_type = struct.unpack_from(">IIBB", data[16:26])
    if bit_depth not in (1, 2, 4, 8, 16):
        raise Refused("unreadable", reason=f"1, 2, 4, 8 or 16 bits a sample were expected, {bit_depth} found")
    first = _first_bodies(data, chunks)
    keyed = colour_type in (_GREY, _RGB)
    kept = _PIXEL_CHUNKS if keyed else _PIXEL_CHUNKS | {b"tRNS"}
    return Structure(
        width=width,
        height=height,
        frames=_frames(first),
        pixel_spans=((0, _SIGNATURE_BYTES), *((c.start, c.stop) for c in chunks if c.kind in kept)),
        frame_spans=(
            (0, _SIGNATURE_BYTES),
            *((c.start, c.stop) for c in chunks if c.kind in _FRAME_CHUNKS),
        ),
        orientation=read_orientation(first.get(b"eXIf")),
        bit_depth=bit_depth,
        transparent=_transparent(first.get(b"tRNS", b""), bit_depth, 1 if colour_type == _GREY else 3)
        if keyed
        else None,
        icc_profile=_profile(first.get(b"iCCP")),
        xmp=_xmp(first.get(b"iTXt")),
        density=_density(first.get(b"pHYs", b"")) or read_density(first.get(b"eXIf")),
    )


def _chunks(data: FileBytes) -> Iterator[_Chunk]:
    """Every chunk up to and with IEND, those that pixels depend on with their checksum confirmed."""
    start = _SIGNATURE_BYTES
    kind = b""
    count = 0
    while kind != b"IEND":
        if start + 12 > len(data):
            raise Refused("truncated", reason="its end mark (IEND) is missing")
        length, kind = struct.unpack(">I4s", data[start : start + 8])
        chunk = _Chunk(kind, start, start + 8, start + 12 + length)
        if chunk.stop > len(data):
            raise Refused("truncated", reason=f"a part of {length} bytes is cut off")
        if kind in _PIXEL_CHUNKS:
            _confirm_checksum(data, chunk)
        yield chunk
        start = chunk.stop
        count += 1
        count_chunk(count)


def _confirm_checksum(data: FileBytes, chunk: _Chunk) -> None:
    (expected,) = struct.unpack(">I", data[chunk.stop - 4 : chunk.stop])
    if zlib.crc32(data[chunk.start + 4 : chunk.stop - 4]) != expected:
        raise Refused("unreadable", reason=f"the checksum of its part {chunk.kind.decode('ascii')} is wrong")


def _first_bodies(data: FileBytes, chunks: list[_Chunk]) -> dict[bytes, bytes]:
    """The content of the first chunk of each kind that says something about the picture.

    Of text chunks only the one with the XMP packet counts.
    """
    bodies: dict[bytes, bytes] = {}
    for chunk in chunks:
        if chunk.kind not in _METADATA_BYTES or chunk.kind in bodies:
            continue
        if chunk.kind == b"iTXt" and data[chunk.body : chunk.body + len(_XMP_KEYWORD)] != _XMP_KEYWORD:
            continue
        bodies[chunk.kind] = data[chunk.body : min(chunk.stop - 4, chunk.body + _METADATA_BYTES[chunk.kind])]
    return bodies


def _frames(first: dict[bytes, bytes]) -> int:
    """Frames a viewer would play: a still without acTL, else what acTL says and frame data (fdAT) shows."""
    declared = int.from_bytes(first.get(b"acTL", b"")[:4])
    return max(declared, 2 if b"fdAT" in first and b"acTL" in first else 1)


def _transparent(body: bytes, bit_depth: int, channels: int) -> tuple[int, ...] | None:
    """The transparent colour (11.3.2.1), scaled to 8 bits as the samples are."""
    if len(body) != 2 * channels:
        return None
    greatest = 2**bit_depth - 1
    samples = [sample & greatest for sample in struct.unpack(f">{channels}H", body)]
    return tuple(sample >> 8 if bit_depth == 16 else sample * 255 // greatest for sample in samples)


def _density(body: bytes) -> Density | None:
    """Pixels per metre across and down, and the unit (11.3.5.3): without one they only say the shape of a pixel."""
    if len(body) != 9 or body[8] != 1:
        return None
    across, down = struct.unpack(">II", body[:8])
    return checked_density(across / _INCHES_PER_METRE, down / _INCHES_PER_METRE)


def _profile(body: bytes | None) -> bytes | None:
    """The colour profile of iCCP (11.3.3.3): name, 0, method 0, zlib stream."""
    if body is None:
        return None
    try:
        profile = inflate(body.partition(b"\0")[2][1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    if len(profile) > MAX_PROFILE_BYTES:
        raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
    return profile


def _xmp(body: bytes | None) -> bytes | None:
    """The text of iTXt (11.3.4.5): keyword, 0, compressed?, method, language, 0, keyword, 0, text."""
    if body is None:
        return None
    compressed = body[len(_XMP_KEYWORD) : len(_XMP_KEYWORD) + 1] == b"\1"
    text = body[len(_XMP_KEYWORD) + 2 :].split(b"\0", 2)[-1]
    try:
        packet = inflate(text, MAX_XMP_BYTES) if compressed else text
    except zlib.error:
        return None
    return packet if len(packet) <= MAX_XMP_BYTES else None
