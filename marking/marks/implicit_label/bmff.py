"""XMP in AVIF and HEIC files: as an item of the meta box, or in a ``uuid`` box (ISO/IEC 23008-12:2022, annex A.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from marking.bmff.boxes import Box
from marking.bmff.strict_boxes import BrokenOff, whole_boxes
from marking.marks.implicit_label.items import (
    IN_FILE,
    IN_META,
    Item,
    Location,
    read_items,
    read_locations,
)

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The extended type of a box with XMP (XMP part 3, 1.2.7)."""
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
MOST_CONTENTS = 32
"""Packets, and EXIF blocks, that are taken from one file: items may share their bytes."""
LONGEST_CONTENT = (1 << 20) + 1
"""Bytes of an item that are taken: one more than a packet may have."""
PICTURE_BRANDS = frozenset(
    {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
)


@dataclass(frozen=True)
class Parts:
    """A file taken apart: its outermost boxes, and what its meta box says. ``is_whole``: no box was cut off."""

    data: bytes
    top: tuple[Box, ...]
    meta: Box | None
    inner: tuple[Box, ...]
    items: tuple[Item, ...]
    locations: tuple[Location, ...]
    is_whole: bool

    def packets(self) -> Iterator[tuple[str, bytes]]:
        """Yield the first XMP packets with their places: ``item`` or ``uuid``."""
        for item in islice((item for item in self.items if item.is_xmp), MOST_CONTENTS):
            yield "item", self.content(item.number)
        for each in islice(self.extensions(XMP_UUID), MOST_CONTENTS):
            yield "uuid", self.data[each.body + 16 : min(each.stop, each.body + 16 + LONGEST_CONTENT)]

    def exif_blocks(self) -> Iterator[bytes]:
        """Yield the first EXIF blocks from their TIFF headers on (annex A.2.1: an offset of 4 bytes comes first)."""
        for item in islice((item for item in self.items if item.kind == b"Exif"), MOST_CONTENTS):
            content = self.content(item.number)
            yield content[4 + int.from_bytes(content[:4], "big") :]

    def extensions(self, extended_type: bytes) -> Iterator[Box]:
        """Yield the outermost ``uuid`` boxes of one extended type."""
        for each in self.top:
            if each.type == b"uuid" and self.data[each.body : each.body + 16] == extended_type:
                yield each

    def content(self, number: int) -> bytes:
        """Return the data of an item, as far as they lie in the file, and at most ``LONGEST_CONTENT`` bytes."""
        content = bytearray()
        for start, stop in self.spans(number):
            content += self.data[start : min(stop, start + LONGEST_CONTENT - len(content))]
            if len(content) >= LONGEST_CONTENT:
                break
        return bytes(content)

    def spans(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield where the data of an item lie in the file; nothing for data that lie elsewhere."""
        for location in self.locations:
            if location.number != number or location.data_reference:
                continue
            start, stop = self._bounds(location.method)
            for offset, length in location.extents:
                first = min(start + offset, stop)
                yield first, min(first + length, stop) if length else stop

    def _bounds(self, method: int) -> tuple[int, int]:
        if method == IN_FILE:
            return 0, len(self.data)
        held = next((each for each in self.inner if each.type == b"idat"), None)
        return (held.body, held.stop) if held is not None and method == IN_META else (0, 0)


def is_bmff_picture(data: bytes) -> bool:
    """Whether ``data`` begins as an AVIF or HEIC file does."""
    if data[4:8] != b"ftyp":
        return False
    stop = min(int.from_bytes(data[:4], "big"), 256, len(data))
    brands = {data[at : at + 4] for at in (8, *range(16, stop, 4))}
    return bool(brands & PICTURE_BRANDS)


def take_apart(data: bytes) -> Parts:
    """Take ``data`` apart, as far as it is whole."""
    top: list[Box] = []
    inner: list[Box] = []
    items: list[Item] = []
    locations: list[Location] = []
    is_whole = False
    meta = None
    with suppress(BrokenOff):
        for each in whole_boxes(data, 0, len(data)):
            top.append(each)
        is_whole = True
    try:
        meta = next((each for each in top if each.type == b"meta"), None)
        if meta is not None:
            inner.extend(whole_boxes(data, meta.body + 4, meta.stop))
            for each in inner:
                if each.type == b"iinf":
                    items.extend(read_items(data, each))
                elif each.type == b"iloc":
                    locations.extend(read_locations(data, each))
    except BrokenOff:
        is_whole = False
    return Parts(data, tuple(top), meta, tuple(inner), tuple(items), tuple(locations), is_whole)
