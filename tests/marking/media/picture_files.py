"""Picture files made byte by byte, so that a test can say exactly what is wrong with one."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from marking.media import Refused

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def colours(height: int = 72, width: int = 96) -> NDArray[np.uint8]:
    """Smooth gradients: no two corners alike, gentle on lossy codecs."""
    y, x = np.mgrid[:height, :width]
    red = x * 255 // (width - 1)
    green = y * 255 // (height - 1)
    return np.stack([red, green, 255 - red], axis=2).astype(np.uint8)


def saved(pixels: NDArray[Any], pillow_format: str, **settings: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, pillow_format, **settings)
    return file.getvalue()


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """A PNG chunk with a right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header_chunk(width: int, height: int, bit_depth: int = 8, colour_type: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bit_depth, colour_type, 0, 0, 0))


def png(rows: NDArray[Any], bit_depth: int, colour_type: int, *extra: bytes, width: int = 0) -> bytes:
    """A PNG from its packed rows, unfiltered: any bit depth and colour type, with extra chunks before IDAT."""
    packed = b"".join(b"\0" + row.tobytes() for row in rows)
    header = header_chunk(width or rows.shape[1], rows.shape[0], bit_depth, colour_type)
    data = chunk(b"IDAT", zlib.compress(packed))
    return PNG_SIGNATURE + header + b"".join(extra) + data + chunk(b"IEND")


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put right after its start mark."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP file of these chunks."""
    padded = b"".join(
        kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(padded) + 4) + b"WEBP" + padded


def exif(orientation: int, order: str = "<", kind: int = 3) -> bytes:
    """An EXIF block with an orientation, behind one other field."""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    fields = struct.pack(order + "HHIHH", 0x0100, 3, 1, 7, 0) + struct.pack(
        order + "HHIHH", 0x0112, kind, 1, orientation, 0
    )
    return magic + struct.pack(order + "IH", 8, 2) + fields + bytes(4)


def _profile(device_class: bytes, space: bytes, connection_space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile of version 2.4 (ICC.1:2001-04, 6.1 and 6.2)."""
    illuminant = struct.pack(">3i", 63190, 65536, 54061)
    offset = 128 + 4 + 12 * len(tags)
    table = struct.pack(">I", len(tags))
    for name, body in tags.items():
        table += struct.pack(">4sII", name, offset, len(body))
        offset += len(body)
    header = struct.pack(
        ">I4sI4s4s4s12s4s28s12s48s",
        *(offset, b"", 0x02400000, device_class, space, connection_space, b"", b"acsp", b"", illuminant, b""),
    )
    return header + table + b"".join(tags.values())


def grey_profile(gamma: float) -> bytes:
    """A grey profile of one exponent."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": white, b"kTRC": curve})


def colourless_cmyk_profile() -> bytes:
    """A CMYK profile whose inks are all grey: lightness falls with the mean of C, M and Y, and with K."""
    corners = np.indices((2, 2, 2, 2)).reshape(4, 16)
    lightness = 255 * (1 - corners[:3].mean(axis=0)) * (1 - corners[3])
    lab = np.stack([lightness, np.full(16, 128), np.full(16, 128)], axis=1).round().astype(np.uint8)
    matrix = struct.pack(">9i", *np.eye(3, dtype=int).ravel() * 65536)
    ramp = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + ramp * 4 + lab.tobytes() + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


def refusal(call: Callable[..., object], *args: Any, **kwargs: Any) -> Refused:
    """How a call is refused."""
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value
