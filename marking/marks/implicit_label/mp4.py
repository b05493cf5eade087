"""Labels in MP4, MOV and M4A files (TC260-PG-20257A, 202510A): the metadata lists and the XMP packets.

The guides name ``moov.udta.meta`` with a ``keys`` and an ``ilst`` box (Apple QuickTime File Format, Metadata). In
the wild ``meta`` also stands directly in ``moov`` or at the top, and its list may do without keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from marking.bmff.boxes import Box, boxes, children, first, is_bmff
from marking.marks.implicit_label.carrier import (
    LONGEST_VALUE_BYTES,
    Carrier,
    Fault,
    Found,
    decoded,
    names_label,
)
from marking.marks.implicit_label.parsing import claims_label
from marking.marks.implicit_label.xmp import LARGEST_PACKET

MOST_LOOKED_AT = 65_536
"""Boxes of a file that are looked at, on all levels together."""
MOST_KEYS = 1024
LONGEST_KEY = 256
"""Bytes of the name of a key that are looked at."""
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""Kind of the ``uuid`` box that holds an XMP packet (XMP part 3, 1.2.7)."""
PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1"})
UTF_16 = 2
"""The type of a value that is UTF-16; what other types say is tried as UTF-8 (QuickTime, well-known types)."""


def is_mp4(data: bytes) -> bool:
    """Whether ``data`` begins as a film or a sound in boxes does, and not as a picture."""
    return is_bmff(data) and not (data[4:8] == b"ftyp" and data[8:12] in PICTURE_BRANDS)


class _Walk:
    """The boxes of a file, level by level, and how many more may be looked at."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = iter(range(MOST_LOOKED_AT))

    def top(self) -> Iterator[Box]:
        return self._counted(boxes(self.data))

    def children(self, box: Box, *, skip: int = 0) -> Iterator[Box]:
        return self._counted(children(self.data, box, skip=skip))

    def is_over(self) -> bool:
        """Whether no more may be looked at."""
        return next(self._left, None) is None

    def _counted(self, found: Iterator[Box]) -> Iterator[Box]:
        return (box for box, _ in zip(found, self._left, strict=False))


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts and XMP packets of ``data``.

    Faults: ``truncated_container``, ``damaged_container``, ``too_many_carriers``.
    """
    walk = _Walk(data)
    has_movie = False
    for box in walk.top():
        has_movie = has_movie or box.type in (b"moov", b"meta")
        if not box.is_whole:
            yield Fault("truncated_container")
        yield from _in_box(walk, box)
        if box.type == b"moov":
            yield from _in_movie(walk, box)
    if not has_movie:
        yield Fault("truncated_container")
    if walk.is_over():
        yield Fault("too_many_carriers")


def _in_movie(walk: _Walk, movie: Box) -> Iterator[Found]:
    for box in walk.children(movie):
        if not box.is_whole:
            yield Fault("damaged_container")
        yield from _in_box(walk, box)


def _in_box(walk: _Walk, box: Box) -> Iterator[Found]:
    """Yield what a box of the top level or of the movie holds by itself."""
    if box.type == b"uuid" and box.content(walk.data, len(XMP_UUID)) == XMP_UUID:
        yield Carrier("mp4:uuid:xmp", box.content(walk.data, LARGEST_PACKET + 17)[len(XMP_UUID) :])
    elif box.type == b"meta":
        yield from _in_meta(walk, box)
    elif box.type == b"udta":
        for inner in walk.children(box):
            if inner.type == b"XMP_":
                yield Carrier("mp4:udta:xmp", inner.content(walk.data, LARGEST_PACKET + 1))
            elif inner.type == b"meta":
                yield from _in_meta(walk, inner)


def _in_meta(walk: _Walk, meta: Box) -> Iterator[Found]:
    # A full box in ISO/IEC 14496-12, a plain one in QuickTime: there its first child begins at once.
    skip = 0 if walk.data[meta.body + 4 : meta.body + 8] == b"hdlr" else 4
    keys_box = first(walk.children(meta, skip=skip), b"keys")
    names = _key_names(walk, keys_box) if keys_box is not None else {}
    for box in walk.children(meta, skip=skip):
        if box.type == b"ilst":
            yield from _in_list(walk, box, names, has_keys=keys_box is not None)


def _key_names(walk: _Walk, keys: Box) -> dict[int, str]:
    """Return the names by their number from 1; they have the form of boxes whose type is a namespace."""
    entries = islice(walk.children(keys, skip=8), MOST_KEYS)
    return {number: decoded(entry.content(walk.data, LONGEST_KEY)) for number, entry in enumerate(entries, 1)}


def _in_list(walk: _Walk, items: Box, names: Mapping[int, str], *, has_keys: bool) -> Iterator[Found]:
    for item in walk.children(items):
        if not item.is_whole:
            yield Fault("damaged_container")
        named = names_label(_item_name(walk, item, names))
        for box in walk.children(item) if named or not has_keys else ():
            if box.type != b"data":
                continue
            text = _value(walk.data, box)
            if named or claims_label(text):
                yield Carrier("mp4:ilst:AIGC" if named else "mp4:ilst", text)


def _item_name(walk: _Walk, item: Box, names: Mapping[int, str]) -> str:
    """Return the key of an item: by number, written out in a free-form item, else its type."""
    if item.type == b"----":
        name = first(walk.children(item), b"name")
        return decoded(name.content(walk.data, LONGEST_KEY)[4:]) if name is not None else ""
    return names.get(int.from_bytes(item.type, "big"), item.type.decode("latin-1"))


def _value(data: bytes, box: Box) -> str:
    """Return the text behind type and locale (4 bytes each)."""
    content = box.content(data, LONGEST_VALUE_BYTES + 8)
    return decoded(content[8:], "utf-16-be" if int.from_bytes(content[:4], "big") == UTF_16 else "utf-8")
