"""The items of a meta box: what they are, and where their data lie (ISO/IEC 14496-12:2022, 8.11.3 and 8.11.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from marking.bmff.boxes import Box
from marking.bmff.strict_boxes import BrokenOff, Fields, copied, full_box, whole_boxes

IN_FILE, IN_META = 0, 1
"""Construction methods: offsets count from the start of the file, or of the box ``idat``."""
XMP_TYPE = b"application/rdf+xml"
MOST_EXTENTS = 1 << 16
_LARGEST_SHORT = 0xFFFF


@dataclass(frozen=True)
class Item:
    """One entry of ``iinf`` of version 2 or 3: its number, type, content type of a ``mime`` item, and its box."""

    number: int
    kind: bytes
    content_type: bytes
    box: bytes

    @property
    def is_xmp(self) -> bool:
        """Whether the item is an XMP packet (ISO/IEC 23008-12:2022, annex A.3)."""
        return self.kind == b"mime" and self.content_type == XMP_TYPE


@dataclass(frozen=True)
class Location:
    """Where the data of one item lie: (offset, length) pairs that count from what ``method`` says."""

    number: int
    method: int
    data_reference: int
    extents: tuple[tuple[int, int], ...]

    def moved(self, threshold: int, delta: int) -> Location:
        """Return the location after all from the byte ``threshold`` of the file on has moved by ``delta``."""
        if self.method != IN_FILE or self.data_reference:
            return self
        moved = (
            (offset + delta if offset >= threshold else offset, length) for offset, length in self.extents
        )
        return replace(self, extents=tuple(moved))


def read_items(data: bytes, box: Box) -> list[Item]:
    """Return the entries of an ``iinf`` box. Raises ``BrokenOff`` for a damaged one."""
    fields = Fields(data, box.body, box.stop)
    version = fields.number(4) >> 24
    fields.take(4 if version else 2)
    return [
        _item(data, each) for each in whole_boxes(data, fields.position, box.stop) if each.type == b"infe"
    ]


def _item(data: bytes, box: Box) -> Item:
    fields = Fields(data, box.body, box.stop)
    version = fields.number(4) >> 24
    number = fields.number(4 if version == 3 else 2)
    whole = copied(data, box)
    if version < 2:
        return Item(number, b"", b"", whole)
    fields.take(2)
    kind = fields.take(4)
    name_and_types = data[fields.position : box.stop].split(b"\0", 2)
    content_type = name_and_types[1] if kind == b"mime" and len(name_and_types) > 1 else b""
    return Item(number, kind, content_type, whole)


def xmp_item(number: int) -> Item:
    """Return a new item of XMP, which is not displayed by itself."""
    version, size = (2, "H") if number <= _LARGEST_SHORT else (3, "I")
    content = struct.pack(f">{size}H4s", number, 0, b"mime") + b"\0" + XMP_TYPE + b"\0"
    return Item(number, b"mime", XMP_TYPE, full_box(b"infe", version, content))


def items_box(items: list[Item]) -> bytes:
    """Return an ``iinf`` box."""
    version, size = (0, "H") if len(items) <= _LARGEST_SHORT else (1, "I")
    return full_box(b"iinf", version, struct.pack(f">{size}", len(items)) + b"".join(i.box for i in items))


def read_locations(data: bytes, box: Box) -> list[Location]:
    """Return the entries of an ``iloc`` box, with base offsets added in. Raises ``BrokenOff`` for a damaged one."""
    fields = Fields(data, box.body, box.stop)
    version = fields.number(4) >> 24
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if index_size and version:
        raise BrokenOff("expected extents without an index, found some with one")
    found = []
    budget = MOST_EXTENTS
    for _ in range(fields.number(4 if version == 2 else 2)):
        number = fields.number(4 if version == 2 else 2)
        method = fields.number(2) & 15 if version else IN_FILE
        reference, base, count = fields.number(2), fields.number(base_size), fields.number(2)
        budget -= count
        if budget < 0:
            raise BrokenOff(f"expected at most {MOST_EXTENTS} extents, found more")
        extents = [(base + fields.number(offset_size), fields.number(length_size)) for _ in range(count)]
        found.append(Location(number, method, reference, tuple(extents)))
    return found


def locations_box(locations: list[Location]) -> bytes:
    """Return an ``iloc`` box with offsets and lengths of 4 bytes, or of 8 where one needs them."""
    every = [value for each in locations for extent in each.extents for value in extent]
    wide = max(every, default=0) > 0xFFFFFFFF
    version, size = (1, "H") if all(each.number <= _LARGEST_SHORT for each in locations) else (2, "I")
    pair = ">QQ" if wide else ">II"
    content = struct.pack(f">H{size}", 0x8800 if wide else 0x4400, len(locations))
    for each in locations:
        content += struct.pack(
            f">{size}HHH", each.number, each.method, each.data_reference, len(each.extents)
        )
        content += b"".join(struct.pack(pair, *extent) for extent in each.extents)
    return full_box(b"iloc", version, content)
