"""Small encoded pictures, and hand-made carriers of labels, for the tests of this room."""

from __future__ import annotations

import html
import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.marks.implicit_label import AigcLabel, FoundLabel, jpeg, png, read, webp

PRODUCER = "001191110102MACQD9K64010000"
LABEL = AigcLabel.first(producer=PRODUCER, produce_id="PID-0001")
OLD_LABEL = AigcLabel("2", "001191310104MACE0YX63918020", "OLD-9", "", "someone", "X-1", "")
OLD_JSON = OLD_LABEL.to_json()
WRAPPED_OLD_JSON = '{"AIGC":' + OLD_JSON + "}"

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {}),
    "jpeg": ("JPEG", {"quality": 80}),
    "webp": ("WEBP", {}),
    "webp-lossless": ("WEBP", {"lossless": True}),
    "webp-alpha": ("WEBP", {"lossless": True}),
    "png-palette": ("PNG", {}),
}


def pixels() -> NDArray[np.uint8]:
    """Return a picture (11, 17, 3) of smooth colour."""
    y, x = np.mgrid[:11, :17]
    return np.stack([x * 15, y * 23, (x + y) * 9], axis=2).astype(np.uint8)


def encoded(name: str) -> bytes:
    """Return the picture in a format of ``FORMATS``."""
    format_, options = FORMATS[name]
    image = Image.fromarray(pixels())
    if name.endswith("alpha"):
        image.putalpha(Image.fromarray(pixels()[:, :, 0]))
    if name.endswith("palette"):
        image = image.quantize(16)
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))


def xmp_packet(inner: str, attributes: str = "") -> bytes:
    """Return a packet whose one description has ``attributes`` and the XML ``inner``."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:xmpNote="http://ns.adobe.com/xmp/note/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f'{attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def element(json_text: str) -> str:
    """Return the AIGC element with escaped quotes, as most producers write it."""
    escaped = html.escape(json_text, quote=True)
    return f"<TC260:AIGC>{escaped}</TC260:AIGC>"


def exif_block(comment: bytes, order: str = "<") -> bytes:
    """Return an EXIF block (TIFF) with a ``UserComment`` whose value, code included, is ``comment``."""
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    pointer = struct.pack(order + "HHHIII", 1, 0x8769, 4, 1, 26, 0)
    entry = struct.pack(order + "HHHIII", 1, 0x9286, 7, len(comment), 44, 0)
    return header + pointer + entry + comment


def exif_block_of_packet(packet: bytes, order: str = "<") -> bytes:
    """Return an EXIF block with ``packet`` in its first directory, where TIFF files keep XMP."""
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return header + struct.pack(order + "HHHIII", 1, 700, 1, len(packet), 26, 0) + packet


def raw_profile_chunk(packet: bytes, type_: bytes = b"zTXt", name: str = "xmp") -> png.Chunk:
    """Return the chunk in which ImageMagick keeps a packet: name, length, and lines of hexadecimal digits."""
    digits = packet.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    text = f"\n{name}\n{len(packet):8}\n{lines}\n".encode()
    between = {b"tEXt": b"\0", b"zTXt": b"\0\0", b"iTXt": b"\0\0\0\0\0"}[type_]
    keyword = b"Raw profile type " + name.encode()
    return png.Chunk(type_, keyword + between + (zlib.compress(text) if type_ == b"zTXt" else text))


def extended_segments(packet: bytes, guid: bytes, *parts: tuple[int, int]) -> list[jpeg.Segment]:
    """Return the segments of an extended packet that hold its ``parts``, each from one byte to another."""
    head = jpeg.EXTENDED_XMP_HEADER + guid + struct.pack(">I", len(packet))
    return [
        jpeg.Segment(jpeg.APP1, head + struct.pack(">I", start) + packet[start:stop]) for start, stop in parts
    ]


def with_png_chunks(*chunks: png.Chunk) -> bytes:
    """Return the PNG picture with ``chunks`` behind its header."""
    parts = list(png.chunks(encoded("png")))
    return png.join([parts[0], *chunks, *parts[1:]])


def with_jpeg_segments(*segments: jpeg.Segment) -> bytes:
    """Return the JPEG picture with ``segments`` behind its JFIF segment."""
    split = jpeg.split(encoded("jpeg"))
    return jpeg.join([split.head[0], *segments, *split.head[1:]], split.scans)


def with_webp_chunks(*chunks: webp.Chunk) -> bytes:
    """Return the WebP picture with an extended header and ``chunks`` behind the image."""
    extended = webp.with_xmp(webp.split(encoded("webp")).found, b"")[:-1]
    return webp.join([*extended, *chunks])


def compressed_text_chunk(keyword: str, text: str) -> png.Chunk:
    """Return a ``zTXt`` chunk."""
    return png.Chunk(b"zTXt", keyword.encode("latin-1") + b"\0\0" + zlib.compress(text.encode()))


def with_xmp(name: str, packet: bytes) -> bytes:
    """Return the picture with ``packet`` where its container keeps XMP."""
    if name.startswith("png"):
        return with_png_chunks(png.xmp_chunk(packet))
    if name == "jpeg":
        return with_jpeg_segments(jpeg.xmp_segment(packet))
    return with_webp_chunks(webp.Chunk(webp.XMP, packet))


def only(data: bytes) -> FoundLabel:
    """Return the one label of a file."""
    (label,) = read(data).labels
    return label
