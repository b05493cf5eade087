"""Write GIF files (GIF89a specification): every frame whole, with colours of its own.

Pillow packs the codes. It joins equal frames and cuts others to what changed, so the file around them is made here.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.media.frames import Frame
from marking.media.gif import take_apart

LONGEST_SIDE = 65_535
_KEEP, _TO_BACKGROUND = 1, 2
_TRANSPARENT = 255
_HALF = 128
_PIECE = 255


def encode_gif(frames: Sequence[Frame], *, loops: int | None, icc_profile: bytes | None) -> bytes:
    """Encode frames of one size. ``loops``: as in the NETSCAPE2.0 extension, 0 for ever; None writes none.

    A pixel is either opaque or not there: half-transparent ones become the nearer of the two. The colours of a
    frame are the best 256 an octree finds, dithered after Floyd and Steinberg, which keeps what is finer than one
    step of the palette, such as a watermark, on the mean. Durations are rounded to hundredths of a second.
    """
    height, width = frames[0].rgb.shape[:2]
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0)
    profile = b"" if icc_profile is None else _application(b"ICCRGBG1012", _pieces(icc_profile))
    looping = (
        b"" if loops is None else _application(b"NETSCAPE2.0", b"\3\1" + struct.pack("<H", loops) + b"\0")
    )
    disposal = _KEEP if all(frame.alpha is None for frame in frames) else _TO_BACKGROUND
    return screen + looping + profile + b"".join(_frame(frame, disposal) for frame in frames) + b";"


def _application(name: bytes, content: bytes) -> bytes:
    return b"!\xff\x0b" + name + content


def _pieces(content: bytes) -> bytes:
    """Data in pieces of at most 255 bytes, each after its length, and the terminator (15)."""
    parts = (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def _frame(frame: Frame, disposal: int) -> bytes:
    """Control extension, image descriptor, colours and codes of one frame."""
    height, width = frame.rgb.shape[:2]
    colours, codes = _packed(_indexed(frame))
    delay = min(65_535, round(frame.milliseconds / 10))
    flags = disposal << 2 | (frame.alpha is not None)
    control = b"!\xf9\4" + struct.pack("<BHBB", flags, delay, _TRANSPARENT, 0)
    table = 0x80 | (len(colours) // 3 - 1).bit_length() - 1  # 3 * 2**(n + 1) bytes
    return control + b"," + struct.pack("<HHHHB", 0, 0, width, height, table) + colours + codes


def _indexed(frame: Frame) -> Image.Image:
    """The frame in a palette of its own; without alpha in 256 colours, with it in 255."""
    picture = Image.fromarray(frame.rgb)
    count = 256 if frame.alpha is None else _TRANSPARENT
    palette = picture.quantize(count, method=Image.Quantize.FASTOCTREE)
    indexed = picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    if frame.alpha is None:
        return indexed
    return _with_holes(indexed, frame.alpha)


def _with_holes(indexed: Image.Image, alpha: NDArray[np.uint8]) -> Image.Image:
    indices = np.where(alpha < _HALF, _TRANSPARENT, np.asarray(indexed)).astype(np.uint8)
    holed = Image.fromarray(indices)
    colours = indexed.getpalette() or []
    holed.putpalette(colours + [0] * (3 * 256 - len(colours)))
    return holed


def _packed(indexed: Image.Image) -> tuple[bytes, bytes]:
    """The table of colours and the codes, as Pillow writes them into a file of one frame."""
    file = io.BytesIO()
    indexed.save(file, "GIF", optimize=False, interlace=False)
    data = file.getvalue()
    (frame,) = take_apart(data).frames
    return data[slice(*frame.palette or (0, 0))], data[slice(*frame.data)]
