"""Files with metadata, built byte by byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from marking.marks.implicit_label import jpeg, png, webp

XMP_PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" {attributes}>{elements}</rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)
JUMBF = b"JP\0\1\0\0\0\1\0\0\1\0jumb\0\0\0\x25jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"


def xmp(attributes: str = "", elements: str = "") -> bytes:
    """An XMP packet with one description."""
    return XMP_PACKET.format(attributes=attributes, elements=elements).encode()


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header."""
    header, *rest = png.chunks(data)
    return png.join([header, *(png.Chunk(kind, body) for kind, body in chunks), *rest])


def with_segments(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG with more segments at its start."""
    parts = jpeg.split(data)
    return jpeg.join([*(jpeg.Segment(marker, body) for marker, body in segments), *parts.head], parts.scans)


def with_riff_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP with more chunks at its end."""
    found = webp.split(data).found
    return webp.join([*found, *(webp.Chunk(name, body) for name, body in chunks)])


ASCII_CODE, UNICODE_CODE = b"ASCII\0\0\0", b"UNICODE\0"
COMMENT_TAG = 0x9286


def exif(texts: Mapping[int, bytes], order: str = ">") -> bytes:
    """An EXIF block (TIFF) with byte strings under tags; a ``UserComment`` stands in the EXIF directory."""
    first = {tag: (2, value + b"\0") for tag, value in texts.items() if tag != COMMENT_TAG}
    comment = {COMMENT_TAG: (7, texts[COMMENT_TAG])} if COMMENT_TAG in texts else {}
    second_at = 8 + 6 + 12 * (len(first) + bool(comment))
    pool_at = second_at + (6 + 12 * len(comment) if comment else 0)
    pool, entries = b"", []
    for tag, (type_, value) in sorted({**first, **comment}.items()):
        entries.append((tag, type_, value.ljust(4, b"\0"), len(value), pool_at + len(pool)))
        pool += value
    directory = [_entry(order, *each) for each in entries if each[0] != COMMENT_TAG]
    if comment:
        directory.append(struct.pack(order + "HHII", 0x8769, 4, 1, second_at))
    second = [_entry(order, *each) for each in entries if each[0] == COMMENT_TAG]
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return header + _directory(order, directory) + (_directory(order, second) if comment else b"") + pool


def _entry(order: str, tag: int, type_: int, value: bytes, length: int, place: int) -> bytes:
    field = value if length <= 4 else struct.pack(order + "I", place)
    return struct.pack(order + "HHI", tag, type_, length) + field


def _directory(order: str, entries: list[bytes]) -> bytes:
    return struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4)


def comment(text: str, code: bytes = UNICODE_CODE, encoding: str = "utf-16-be", order: str = ">") -> bytes:
    """An EXIF block with one ``UserComment``, by default as piexif writes it."""
    return exif({COMMENT_TAG: code + text.encode(encoding)}, order)


def with_exif(data: bytes, block: bytes) -> bytes:
    """A PNG, JPEG or WebP with an EXIF block."""
    if data.startswith(png.SIGNATURE):
        return with_chunks(data, (b"eXIf", block))
    if data.startswith(jpeg.START):
        return with_segments(data, (jpeg.APP1, jpeg.EXIF_HEADER + block))
    return with_riff_chunks(data, (b"EXIF", block))


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A PNG, JPEG or WebP with an XMP packet."""
    if data.startswith(png.SIGNATURE):
        return with_chunks(data, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))
    if data.startswith(jpeg.START):
        return with_segments(data, (jpeg.APP1, jpeg.XMP_HEADER + packet))
    return with_riff_chunks(data, (b"XMP ", packet))


def with_texts(data: bytes, **texts: str) -> bytes:
    """A PNG with ``tEXt`` chunks; a double underscore in a keyword stands for a hyphen."""
    chunks = ((b"tEXt", f"{keyword.replace('__', '-')}\0{text}".encode()) for keyword, text in texts.items())
    return with_chunks(data, *chunks)


def dataset(number: int, value: bytes) -> bytes:
    """One dataset of record 2 of an IPTC-IIM block."""
    return struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value


def with_iptc(data: bytes, *datasets: bytes) -> bytes:
    """A JPEG with an IPTC block among Photoshop's resources, behind another."""
    block = b"".join(datasets)
    resources = resource(0x03ED, bytes(16)) + resource(0x0404, block)
    return with_segments(data, (jpeg.APP13, b"Photoshop 3.0\0" + resources))


def resource(kind: int, content: bytes, name: bytes = b"") -> bytes:
    """One of Photoshop's resources: its name and its content padded to an even length."""
    label = bytes((len(name),)) + name
    padded = content + b"\0" * (len(content) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", kind)
        + label
        + b"\0" * (len(label) % 2)
        + struct.pack(">I", len(content))
        + padded
    )


def with_samsung_blocks(data: bytes, *named: tuple[str, bytes]) -> bytes:
    """A JPEG with the blocks of Samsung's editor behind its end."""
    blocks = [struct.pack("<HHI", 0, 0x0BA1, len(name)) + name.encode() + content for name, content in named]
    entries, back = [], sum(map(len, blocks))
    for block in blocks:
        entries.append(struct.pack("<HHII", 0, 0x0BA1, back, len(block)))
        back -= len(block)
    directory = b"SEFH" + struct.pack("<II", 107, len(blocks)) + b"".join(entries)
    return data + b"".join(blocks) + directory + struct.pack("<I", len(directory)) + b"SEFT"


def hidden(magic: bytes, *, height: int = 130, width: int = 9, channels: int = 4) -> NDArray[np.uint8]:
    """Noise, uint8 (H, W, channels), with a message in its lowest bits: of alpha, or of red, green and blue."""
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, channels), dtype=np.uint8)
    bits = np.unpackbits(np.frombuffer(magic + b"\0\0\0\x08{", np.uint8))
    planes = 3 if b"rgb" in magic else 1
    carrier = pixels[..., :3] if planes == 3 else pixels[..., 3:]
    flat = carrier.swapaxes(0, 1).reshape(-1)
    bits = bits[: len(flat)]
    flat[: len(bits)] = flat[: len(bits)] & 0xFE | bits
    carrier[:] = flat.reshape(width, height, planes).swapaxes(0, 1)
    return pixels


def png_of_pixels(pixels: NDArray[np.uint8], filters: str = "01234") -> bytes:
    """A PNG of uint8 (H, W, 3 or 4) whose rows take turns with the filters of clause 9.2."""
    height, width, channels = pixels.shape
    rows, above = [], np.zeros((width, channels), np.int16)
    for number, row in enumerate(pixels.astype(np.int16)):
        kind = int(filters[number % len(filters)])
        left = np.vstack([np.zeros((1, channels), np.int16), row[:-1]])
        corner = np.vstack([np.zeros((1, channels), np.int16), above[:-1]])
        nearest = _paeth(left, above, corner)
        predicted = (0 * row, left, above, (left + above) // 2, nearest)[kind]
        rows.append(bytes((kind,)) + ((row - predicted) & 0xFF).astype(np.uint8).tobytes())
        above = row
    header = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    packed = zlib.compress(b"".join(rows))
    parts = (png.Chunk(b"IDAT", packed[:50]), png.Chunk(b"IDAT", packed[50:]))
    return png.join([png.Chunk(b"IHDR", header), *parts, png.Chunk(b"IEND", b"")])


def _paeth(left: NDArray[np.int16], up: NDArray[np.int16], corner: NDArray[np.int16]) -> NDArray[np.int16]:
    estimate = left + up - corner
    a, b, c = (np.abs(estimate - each) for each in (left, up, corner))
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner)).astype(np.int16)
