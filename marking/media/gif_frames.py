"""Lay the frames of a GIF over each other, as browsers show them (GIF89a specification, 23 and 20).

Pillow unpacks the codes of each frame, and nothing else of the file reaches it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.media.gif import GifFrame, GifParts
from marking.media.structure import FileBytes

_TO_BACKGROUND, _TO_PREVIOUS = 2, 3
_INTERLACED = 0x40


def composed(data: FileBytes, parts: GifParts) -> Iterator[NDArray[np.uint8]]:
    """Yield each frame as it is seen: uint8 RGBA of shape (H, W, 4), an array of its own.

    What no frame covers is transparent, and so is what is disposed of to the background: the background
    colour of the file plays no part. Raises what Pillow raises for damaged codes.
    """
    canvas = np.zeros((parts.height, parts.width, 4), np.uint8)
    for frame in parts.frames:
        x, y, width, height = frame.box
        place = canvas[y : y + height, x : x + width]
        before = place.copy() if frame.disposal == _TO_PREVIOUS else None
        _paint(place, frame, data)
        yield canvas.copy()
        if before is not None:
            place[...] = before
        elif frame.disposal == _TO_BACKGROUND:
            place[...] = 0


def _paint(place: NDArray[np.uint8], frame: GifFrame, data: FileBytes) -> None:
    indices = _indices(frame, data)
    colours = np.zeros((256, 4), np.uint8)
    colours[:, 3] = 255
    table = _table(frame, data)
    colours[: len(table), :3] = table
    if frame.transparent is None:
        place[...] = colours[indices]
    else:
        painted = indices != frame.transparent
        place[painted] = colours[indices[painted]]


def _table(frame: GifFrame, data: FileBytes) -> NDArray[np.uint8]:
    """The colours, of shape (n, 3); greys where the file has none, which leaves them to the reader (18 c)."""
    if frame.palette is None:
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    start, stop = frame.palette
    return np.frombuffer(data[start:stop], np.uint8).reshape(-1, 3)


def _indices(frame: GifFrame, data: FileBytes) -> NDArray[np.uint8]:
    """Unpack one frame by handing it to Pillow as a file without colours, whose values are then the indices."""
    _, _, width, height = frame.box
    start, stop = frame.data
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0)
    image = b"," + struct.pack("<HHHHB", 0, 0, width, height, _INTERLACED if frame.is_interlaced else 0)
    with Image.open(io.BytesIO(screen + image + data[start:stop] + b";"), formats=["GIF"]) as picture:
        picture.load()
        return np.asarray(picture)
