"""The chunks of a WebP file (RFC 9649)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from marking.media.exif import read_density, read_orientation
from marking.media.refusal import Refused
from marking.media.structure import MAX_PROFILE_BYTES, MAX_XMP_BYTES, FileBytes, Structure, count_chunk

_HEADER_BYTES = 12
_FRAME_HEADER_BYTES = 16
_FOURTEEN_BITS = 0x3FFF


class _Chunk(NamedTuple):
    kind: bytes
    body: int
    stop: int


def read_webp(data: FileBytes) -> Structure:
    """Take a WebP apart. Raises Refused for a file cut short and missing parts."""
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise Refused("truncated", reason=f"it announces {stop} bytes and has {len(data)}")
    chunks = list(_chunks(data, stop))
    first = {chunk.kind: chunk for chunk in reversed(chunks)}
    width, height = _size(data, chunks[:1])
    exif = _body(data, first.get(b"EXIF"), 2**20)
    return Structure(
        width=width,
        height=height,
        frames=max(1, sum(chunk.kind == b"ANMF" for chunk in chunks)),
        pixel_spans=((0, stop),),
        frame_spans=((0, stop),),
        orientation=read_orientation(exif),
        icc_profile=_profile(data, first.get(b"ICCP")),
        xmp=_body(data, first.get(b"XMP "), MAX_XMP_BYTES),
        is_lossless_webp=any(_is_lossless(data, chunk) for chunk in chunks),
        density=read_density(exif),
    )


def _chunks(data: FileBytes, stop: int) -> Iterator[_Chunk]:
    """Every chunk of the RIFF form: kind, length, content, padded to an even length (section 2.3)."""
    start = _HEADER_BYTES
    count = 0
    while start + 8 <= stop:
        kind, length = struct.unpack("<4sI", data[start : start + 8])
        chunk = _Chunk(kind, start + 8, start + 8 + length)
        if chunk.stop > stop:
            raise Refused("truncated", reason=f"a part of {length} bytes is cut off")
        yield chunk
        start = chunk.stop + length % 2
        count += 1
        count_chunk(count)


def _size(data: FileBytes, leading: list[_Chunk]) -> tuple[int, int]:
    """Width and height of the canvas: extended (2.7.1), lossless (3.4) or lossy (RFC 6386, 9.1)."""
    kind, body = (leading[0].kind, data[leading[0].body : leading[0].stop][:10]) if leading else (b"", b"")
    if kind == b"VP8X" and len(body) == 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & _FOURTEEN_BITS), 1 + (bits >> 14 & _FOURTEEN_BITS)
    if kind == b"VP8 " and len(body) == 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:])
        return width & _FOURTEEN_BITS, height & _FOURTEEN_BITS
    raise Refused("unreadable", reason="a WebP begins with VP8, VP8L or VP8X; this one does not")


def _is_lossless(data: FileBytes, chunk: _Chunk) -> bool:
    """Whether a chunk is a lossless picture, or a frame that begins with one behind its header (2.7.1.1)."""
    if chunk.kind == b"ANMF":
        start = chunk.body + _FRAME_HEADER_BYTES
        return start < chunk.stop and data[start : start + 4] == b"VP8L"
    return chunk.kind == b"VP8L"


def _body(data: FileBytes, chunk: _Chunk | None, limit: int) -> bytes | None:
    """The content of a chunk; None when there is none or it is longer than ``limit``."""
    if chunk is None or chunk.stop - chunk.body > limit:
        return None
    return data[chunk.body : chunk.stop]


def _profile(data: FileBytes, chunk: _Chunk | None) -> bytes | None:
    if chunk is not None and chunk.stop - chunk.body > MAX_PROFILE_BYTES:
        raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
    return _body(data, chunk, MAX_PROFILE_BYTES)
