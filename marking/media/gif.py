"""The blocks of a GIF file (GIF89a specification, 1990; loops: the NETSCAPE2.0 application extension)."""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass

from marking.media.refusal import Refused
from marking.media.structure import (
    MAX_CHUNKS,
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileBytes,
    Span,
    Structure,
    count_chunk,
)

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_SCREEN_STOP = 13
_MAX_SUB_BLOCKS = 2**20
"""Pieces of data in a file, of up to 255 bytes each: 60 MiB make 246,724."""
_XMP_TRAILER_BYTES = 258
"""The descending bytes behind a packet that lead any reader of pieces to its end (XMP part 3, 1.1.2)."""


@dataclass(frozen=True)
class GifFrame:
    """One image of a file: where it lies on the canvas, and where its parts lie in the file.

    ``box`` is (x, y, width, height). ``delay`` is in hundredths of a second, ``disposal`` what becomes of it (23 c iv),
    ``transparent`` the colour index that is left out.
    """

    box: tuple[int, int, int, int]
    palette: Span | None
    is_interlaced: bool
    data: Span
    delay: int
    disposal: int
    transparent: int | None


@dataclass(frozen=True)
class GifParts:
    """A file taken apart: its canvas, its frames, and how often it plays (0 for ever; None: it does not say)."""

    width: int
    height: int
    frames: tuple[GifFrame, ...]
    loops: int | None
    icc_profile: bytes | None
    xmp: bytes | None


def read_gif(data: FileBytes) -> Structure:
    """Take a GIF apart. Raises Refused for a file cut short, missing parts and frames outside the canvas."""
    parts = take_apart(data)
    return Structure(
        width=parts.width,
        height=parts.height,
        frames=len(parts.frames),
        pixel_spans=((0, len(data)),),
        frame_spans=((0, len(data)),),
        icc_profile=parts.icc_profile,
        xmp=parts.xmp,
    )


def take_apart(data: FileBytes) -> GifParts:
    """Find every frame of a GIF. Raises Refused as `read_gif` does."""
    walk = _Walk(data)
    while walk.step():
        pass
    if not walk.frames:
        raise Refused("unreadable", reason="there is no picture in it")
    width, height = struct.unpack("<HH", data[6:10])
    for frame in walk.frames:
        _require_inside(frame, width, height)
    return GifParts(width, height, tuple(walk.frames), walk.loops, walk.icc_profile, walk.xmp)


def complete_blocks(data: FileBytes) -> int:
    """Return where the last whole block of a GIF ends, in bytes. Raises Refused for one whose header is cut off."""
    walk = _Walk(data)
    end = walk.position
    with suppress(Refused):
        while walk.step():
            end = walk.position
    return end


def _require_inside(frame: GifFrame, width: int, height: int) -> None:
    x, y, across, down = frame.box
    if min(across, down) < 1 or x + across > width or y + down > height:
        raise Refused(
            "unreadable",
            reason=f"a frame of {across} × {down} pixels lies outside the picture's {width} × {height}",
        )


class _Walk:
    """Goes through the blocks of one file and keeps what it meets."""

    def __init__(self, data: FileBytes) -> None:
        self._data = data
        self._blocks = self._pieces = 0
        self._control: tuple[int, int, int | None] = (0, 0, None)  # delay, disposal, transparent index
        self.frames: list[GifFrame] = []
        self.loops: int | None = None
        self.icc_profile: bytes | None = None
        self.xmp: bytes | None = None
        if len(data) < _SCREEN_STOP:
            raise Refused("truncated", reason="its header is cut off")
        self._global, self.position = self._palette(data[10], _SCREEN_STOP)

    def step(self) -> bool:
        """Take in the next block; False at the trailer."""
        kind = self._byte(self.position)
        self._blocks += 1
        count_chunk(self._blocks)
        self.position += 1
        if kind == _EXTENSION:
            self._extension()
        elif kind == _IMAGE:
            self._image()
        elif kind != _TRAILER:
            raise Refused("unreadable", reason=f"a block was expected at byte {self.position - 1}")
        return kind != _TRAILER

    def _byte(self, position: int) -> int:
        if position >= len(self._data):
            raise Refused("truncated", reason="its end mark (trailer) is missing")
        return self._data[position]

    def _palette(self, flags: int, start: int) -> tuple[Span | None, int]:
        if not flags & 0x80:
            return None, start
        stop = start + (6 << (flags & 7))
        self._byte(stop - 1)
        return (start, stop), stop

    def _end_of_data(self, start: int) -> int:
        """Where the data pieces that begin at ``start`` end, their terminator included (15)."""
        while length := self._byte(start):
            start += 1 + length
            self._pieces += 1
            if self._pieces > _MAX_SUB_BLOCKS:
                raise Refused("unreadable", reason=f"it has more than {_MAX_SUB_BLOCKS} parts")
        return start + 1

    def _extension(self) -> None:
        label = self._byte(self.position)
        start = self.position + 1
        stop = self._end_of_data(start)
        head = self._data[start : start + 12]
        if label == _CONTROL and stop - start == 6:
            flags, delay, index = struct.unpack("<BHB", self._data[start + 1 : start + 5])
            self._control = (delay, flags >> 2 & 7, index if flags & 1 else None)
        elif label == _APPLICATION and head[:1] == b"\x0b":
            self._application(head[1:], start + 12, stop)
        self.position = stop

    def _application(self, name: bytes, start: int, stop: int) -> None:
        if name in (b"NETSCAPE2.0", b"ANIMEXTS1.0") and self._data[start : start + 2] == b"\3\1":
            (self.loops,) = struct.unpack("<H", self._data[start + 2 : start + 4])
        elif name == b"XMP DataXMP" and self.xmp is None and stop - start <= MAX_XMP_BYTES:
            self.xmp = self._data[start : max(start, stop - _XMP_TRAILER_BYTES)]
        elif name == b"ICCRGBG1012" and self.icc_profile is None:
            if stop - start > MAX_PROFILE_BYTES + MAX_CHUNKS:
                raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
            self.icc_profile = joined(self._data, (start, stop))

    def _image(self) -> None:
        head = self._data[self.position : self.position + 9]
        self._byte(self.position + 9)
        *box, flags = struct.unpack("<HHHHB", head)
        palette, start = self._palette(flags, self.position + 9)
        self._byte(start)  # the size of the first code
        stop = self._end_of_data(start + 1)
        delay, disposal, transparent = self._control
        x, y, width, height = box
        self.frames.append(
            GifFrame(
                (x, y, width, height),
                palette or self._global,
                bool(flags & 0x40),
                (start, stop),
                delay,
                disposal,
                transparent,
            )
        )
        self._control = (0, 0, None)
        self.position = stop


def joined(data: FileBytes, span: Span) -> bytes:
    """The content of the data pieces in ``span``, without their lengths (15)."""
    start, stop = span
    pieces = []
    while start < stop and data[start]:
        pieces.append(data[start + 1 : start + 1 + data[start]])
        start += 1 + data[start]
    return b"".join(pieces)
