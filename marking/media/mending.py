"""Put an end on a picture file that was cut off, so that what is left of the picture can be seen.

For looking only: viewers show such files, so whoever checks one must see it too. Nothing is marked from them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from marking.media.formats import MediaType, sniff
from marking.media.gif import complete_blocks
from marking.media.structure import count_chunk

_EOI = b"\xff\xd9"
_TRAILER = b";"
_SIGNATURE_BYTES = 8
_IEND = b"\0\0\0\0IEND\xaeB`\x82"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PIECE = 1 << 20


def mended(data: bytes, *, most_pixels: int, most_bytes: int) -> bytes:
    """Return a file with the end that it lacks, or as it is where that cannot be done.

    JPEG gets its end mark, GIF its trailer behind the last whole block, PNG empty rows and IEND, WebP zeros up to the length that it
    announces. What is missing of the picture comes out grey, black or transparent, as decoders leave it.
    ``most_pixels``, ``most_bytes``: beyond which nothing is added.
    """
    match sniff(data):
        case MediaType.JPEG:
            return data + _EOI
        case MediaType.GIF:
            return data[: complete_blocks(data)] + _TRAILER
        case MediaType.WEBP:
            announced = 8 + int.from_bytes(data[4:8], "little")
            return data.ljust(announced, b"\0") if announced <= most_bytes else data
        case MediaType.PNG:
            return _png(data, most_pixels)
        case _:
            return data


def _png(data: bytes, most_pixels: int) -> bytes:
    """The chunks before the picture data, and these filled up to all rows (ISO/IEC 15948, 10 and 7.2)."""
    chunks = list(_chunks(data))
    first = next((start for kind, start, _body in chunks if kind == b"IDAT"), None)
    if first is None or len(data) < 33:
        return data
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    if not 0 < width * height <= most_pixels:
        return data
    # an interlaced picture has at most twice the rows; what is too much is not read
    rows = (1 + (width * depth * _CHANNELS.get(colour, 4) + 7) // 8) * height + 4 * (width + height)
    packed = b"".join(body for kind, _start, body in chunks if kind == b"IDAT")
    try:
        filled = _filled(packed, rows)
    except zlib.error:
        return data
    return data[:first] + _chunk(b"IDAT", filled) + _IEND


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Kind, start and body of every chunk, the body of the last as far as it goes."""
    start, count = _SIGNATURE_BYTES, 0
    while start + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, data[start + 8 : start + 8 + length]
        start += 12 + length
        count += 1
        count_chunk(count)


def _filled(packed: bytes, length: int) -> bytes:
    """Unpack what there is of a zlib stream, fill it with zeros to ``length`` bytes, and pack it, piece by piece."""
    unpacker, packer = zlib.decompressobj(), zlib.compressobj(1)
    pieces, rest = [], packed
    while length > 0 and (piece := unpacker.decompress(rest, min(_PIECE, length))):
        pieces.append(packer.compress(piece))
        length -= len(piece)
        rest = unpacker.unconsumed_tail
    while length > 0:
        pieces.append(packer.compress(bytes(min(_PIECE, length))))
        length -= _PIECE
    return b"".join([*pieces, packer.flush()])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
