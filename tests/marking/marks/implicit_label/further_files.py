"""A GIF, TIFF, AVIF or HEIC picture as other programs write it, and what is read in it."""

from __future__ import annotations

import io
import struct
from functools import cache

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from marking.marks.implicit_label import gif, read, tiff
from marking.marks.implicit_label.bmff import XMP_UUID
from tests.marking.marks.implicit_label.pictures import LABEL, WRAPPED_OLD_JSON, pixels
from tests.marking.media.boxed_files import box, heic

PLACES = {
    "gif": "gif:XMP",
    "gif-moving": "gif:XMP",
    "tiff": "tiff:700",
    "tiff-motorola": "tiff:700",
    "avif": "bmff:item",
    "avif-moving": "bmff:item",
    "heic": "bmff:item",
}
ENDINGS = {name: name.partition("-")[0] for name in PLACES}
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:title>'
USER_COMMENT = b"ASCII\0\0\0" + WRAPPED_OLD_JSON.encode()


@cache
def encoded(name: str, xmp: bytes | None = None) -> bytes:
    """The picture in one of the formats, with a packet as other programs write it."""
    if name == "heic":
        return heic("plain") if xmp is None else write_item(heic("plain"), xmp)
    frames = [Image.fromarray(np.roll(pixels(), step, axis=1)) for step in range(3)]
    moving = {"save_all": True, "append_images": frames[1:]} if name.endswith("moving") else {}
    file = io.BytesIO()
    if name.startswith("tiff"):
        prefix = b"MM" if name.endswith("motorola") else b"II"
        frames[0].save(file, "TIFF", tiffinfo={} if xmp is None else {700: xmp})
        return file.getvalue() if prefix == b"II" else motorola(xmp)
    if name.startswith("avif"):
        frames[0].save(file, "AVIF", **({} if xmp is None else {"xmp": xmp}), **moving)
        return file.getvalue()
    frames[0].save(file, "GIF", **moving)
    return file.getvalue() if xmp is None else with_gif_block(file.getvalue(), gif.xmp_block(xmp))


def motorola(xmp: bytes | None) -> bytes:
    """A grey TIFF with its greatest digits first."""
    rows = pixels()[..., 0].tobytes()
    packet = xmp or b""
    entries = [(256, 3, 1, 17 << 16), (257, 3, 1, 11 << 16), (258, 3, 1, 8 << 16), (259, 3, 1, 1 << 16)]
    entries += [(262, 3, 1, 1 << 16), (273, 4, 1, 8), (278, 3, 1, 11 << 16), (279, 4, 1, len(rows))]
    entries += [(700, 1, len(packet), 8 + len(rows))] if packet else []
    body = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    start = 8 + len(rows) + len(packet)
    return (
        b"MM\0*"
        + struct.pack(">I", start)
        + rows
        + packet
        + struct.pack(">H", len(entries))
        + body
        + bytes(4)
    )


def write_item(data: bytes, packet: bytes) -> bytes:
    """A HEIC with a packet in a ``uuid`` box, as this room does not write it."""
    return data + box(b"uuid", XMP_UUID + packet)


def with_gif_block(data: bytes, block: gif.Block) -> bytes:
    """A GIF with a block before all others."""
    blocks = gif.split(data)
    return gif.join(blocks.header, [block, *blocks.found])


def decoded(name: str, data: bytes) -> NDArray[np.uint8]:
    """Every frame, as the libraries decode it."""
    if name == "heic":
        return np.asarray(pi_heif.open_heif(io.BytesIO(data)).to_pillow())
    with Image.open(io.BytesIO(data)) as image:
        return np.stack([np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)])


def assert_only_label(data: bytes, place: str) -> None:
    reading = read(data)
    assert [(found.value, found.place, found.is_valid) for found in reading.labels] == [(LABEL, place, True)]
    assert reading.faults == ()


def comment(text: bytes) -> gif.Block:
    """A comment in pieces of 100 bytes."""
    parts = [text[at : at + 100] for at in range(0, len(text), 100)]
    content = b"".join(bytes((len(part),)) + part for part in parts)
    return gif.Block(gif.EXTENSION, gif.COMMENT, b"!\xfe" + content + b"\0")


def with_tiff_entry(data: bytes, entry: bytes) -> bytes:
    """A TIFF with one more entry in its first directory, which moves to the end."""
    directory = tiff.read_directory(data)
    assert directory is not None
    tag, kind, count, field = struct.unpack("<HHI4s", entry)
    entries = sorted([*directory.entries, tiff.Entry(tag, kind, count, field)], key=lambda each: each.tag)
    body = b"".join(struct.pack("<HHI", e.tag, e.kind, e.count) + e.field for e in entries)
    data += bytes(len(data) % 2)
    moved = data + struct.pack("<H", len(entries)) + body + bytes(4)
    return moved[:4] + struct.pack("<I", len(data)) + moved[8:]
