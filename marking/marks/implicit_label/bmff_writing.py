"""Put an XMP item into an AVIF or HEIC file (ISO/IEC 23008-12:2022, annex A.3; ISO/IEC 14496-12:2022, 8.11).

The packet goes to the end, into a box of its own. The meta box grows by the item, and all that lies behind it moves
along: so every place that the file names by its offset is rewritten.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import replace

from marking.bmff.boxes import Box
from marking.bmff.strict_boxes import Fields, box, copied, full_box, whole_boxes
from marking.marks.implicit_label.bmff import XMP_UUID, Parts
from marking.marks.implicit_label.items import IN_FILE, Location, items_box, locations_box, xmp_item

_CHUNK_OFFSETS = {b"stco": ">I", b"co64": ">Q"}
_LIST_HEADER = 8  # of stco and co64: version, flags, count
_CONTAINERS = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_FRAGMENTS = frozenset({b"moof", b"sidx", b"mfra"})
_NEEDED = (b"pitm", b"iinf", b"iloc")
_DESCRIBES = b"cdsc"


def require_rewritable(parts: Parts) -> None:
    """Raise ``ValueError`` unless the file is whole and consists of what can be moved."""
    if not parts.is_whole or parts.meta is None:
        raise ValueError("expected a whole AVIF or HEIC file, found one that breaks off or has no meta box")
    kinds = [each.type for each in parts.inner]
    if any(kinds.count(needed) != 1 for needed in _NEEDED):
        raise ValueError(
            "expected one pitm, iinf and iloc in the meta box of an AVIF or HEIC file, found others"
        )
    size = len(parts.data)
    if any(max(offset, length) > size for each in parts.locations for offset, length in each.extents):
        raise ValueError("expected a whole AVIF or HEIC file, found places of data behind its end")
    if any(each.type in _FRAGMENTS for each in parts.top):
        raise ValueError("expected an AVIF or HEIC file in one piece, found a fragmented one")


def primary(parts: Parts) -> int:
    """Return the number of the primary picture (pitm, 14496-12, 8.11.4)."""
    found = next(each for each in parts.inner if each.type == b"pitm")
    fields = Fields(parts.data, found.body, found.stop)
    version = fields.number(4) >> 24
    return fields.number(4 if version else 2)


def described(parts: Parts, number: int) -> set[int]:
    """Return the items that an item describes (``cdsc``, 23008-12, annex A.3)."""
    return {
        to
        for kind, _, source, targets in _references(parts)
        if kind == _DESCRIBES and source == number
        for to in targets
    }


def with_packet(parts: Parts, packet: bytes, dropped: Collection[int]) -> bytes:
    """Return the file with ``packet`` as an item that describes the primary picture, and without items ``dropped``.

    What the dropped items held is blanked, or cut off with the box at the end that held nothing else. Raises
    ``ValueError`` for a file that ``require_rewritable`` refuses, or whose references have no room.
    """
    require_rewritable(parts)
    data = _emptied(parts, dropped)
    known = {item.number for item in parts.items} | {location.number for location in parts.locations}
    number = 1 + max(known - set(dropped), default=0)
    start, stop = (parts.meta.start, parts.meta.stop) if parts.meta else (0, 0)
    at = Location(number, IN_FILE, 0, ((0, len(packet)),))
    kept = [_with_lengths(each, len(data)) for each in parts.locations if each.number not in dropped]
    delta = len(_meta(parts, data, dropped, [*kept, at])) - (stop - start)
    placed = replace(at, extents=((len(data) + delta + 8, len(packet)),))
    meta = _meta(parts, data, dropped, [*(each.moved(stop, delta) for each in kept), placed])
    moved = _with_moved_chunks(parts, data, stop, delta)
    return moved[:start] + meta + moved[stop:] + box(b"mdat", packet)


def _with_lengths(location: Location, size: int) -> Location:
    """Spell out the lengths that stand for "up to the end", which is about to move."""
    if location.method != IN_FILE:
        return location
    extents = ((offset, length or max(0, size - offset)) for offset, length in location.extents)
    return replace(location, extents=tuple(extents))


def _emptied(parts: Parts, dropped: Collection[int]) -> bytes:
    """Return the file without the data of ``dropped`` and without XMP in ``uuid`` boxes; nothing else moves."""
    emptied = bytearray(parts.data)
    spans = [span for number in dropped for span in parts.spans(number)]
    for start, stop in spans:
        if not _is_shared(parts, dropped, start, stop):
            emptied[start:stop] = bytes(stop - start)
    for each in parts.extensions(XMP_UUID):
        emptied[each.start + 4 : each.start + 8] = b"free"
        emptied[each.body : each.stop] = bytes(each.stop - each.body)
    last = parts.top[-1]
    if last.type == b"mdat" and [(last.body, last.stop)] == spans:
        del emptied[last.start :]
    elif emptied[last.start : last.start + 4] == bytes(4):  # a size of 0 would take in what is hung on
        struct.pack_into(">I", emptied, last.start, last.stop - last.start)
    return bytes(emptied)


def _is_shared(parts: Parts, dropped: Collection[int], start: int, stop: int) -> bool:
    """Whether an item that stays uses some of these bytes."""
    return any(
        first < stop and start < last
        for location in parts.locations
        if location.number not in dropped
        for first, last in parts.spans(location.number)
    )


def _meta(parts: Parts, data: bytes, dropped: Collection[int], locations: list[Location]) -> bytes:
    """Return the meta box with the items that stay and a new one, whose location is the last of ``locations``."""
    number = locations[-1].number
    items = [item for item in parts.items if item.number not in dropped]
    rebuilt = {
        b"iinf": items_box([*items, xmp_item(number)]),
        b"iloc": locations_box(locations),
        b"iref": _references_box(parts, dropped, number),
    }
    inner = [rebuilt.pop(each.type, copied(data, each)) for each in parts.inner]
    if b"iref" in rebuilt:
        inner.append(rebuilt[b"iref"])
    head = data[parts.meta.body : parts.meta.body + 4] if parts.meta else b""
    return box(b"meta", head + b"".join(inner))


def _references(parts: Parts) -> Iterator[tuple[bytes, bytes, int, list[int]]]:
    """Yield kind, bytes, source and targets of every reference between items (iref, 14496-12, 8.11.12)."""
    for each in parts.inner:
        if each.type != b"iref":
            continue
        size = _number_bytes(parts, each)
        for entry in whole_boxes(parts.data, each.body + 4, each.stop):
            fields = Fields(parts.data, entry.body, entry.stop)
            source = fields.number(size)
            targets = [fields.number(size) for _ in range(fields.number(2))]
            yield entry.type, copied(parts.data, entry), source, targets


def _number_bytes(parts: Parts, references: Box) -> int:
    """Return how many bytes the references take for the number of an item."""
    return 4 if parts.data[references.body] else 2


def _references_box(parts: Parts, dropped: Collection[int], number: int) -> bytes:
    old = next((each for each in parts.inner if each.type == b"iref"), None)
    target = primary(parts)
    size = _number_bytes(parts, old) if old else 2 if max(number, target) <= 0xFFFF else 4
    if size == 2 and number > 0xFFFF:
        raise ValueError("expected an AVIF or HEIC file with room for one more item, found none")
    kept = [whole for _, whole, source, _ in _references(parts) if source not in dropped]
    added = number.to_bytes(size, "big") + b"\0\1" + target.to_bytes(size, "big")
    return full_box(b"iref", 0 if size == 2 else 1, b"".join([*kept, box(_DESCRIBES, added)]))


def _with_moved_chunks(parts: Parts, data: bytes, threshold: int, delta: int) -> bytes:
    """Return the file with the offsets of its tracks' chunks moved along (stco and co64, 14496-12, 8.7.5)."""
    moved = bytearray(data)
    for table in _chunk_tables(data, parts.top):
        form = _CHUNK_OFFSETS[table.type]
        step = struct.calcsize(form)
        for at in range(table.body + _LIST_HEADER, table.stop - step + 1, step):
            (offset,) = struct.unpack_from(form, moved, at)
            if offset >= threshold:
                struct.pack_into(form, moved, at, offset + delta)
    return bytes(moved)


def _chunk_tables(data: bytes, top: tuple[Box, ...]) -> Iterator[Box]:
    movies = [each for each in top if each.type == b"moov" and each.stop <= len(data)]
    waiting = list(movies)
    while waiting:
        outer = waiting.pop()
        for each in whole_boxes(data, outer.body, outer.stop):
            if each.type in _CONTAINERS:
                waiting.append(each)
            elif each.type in _CHUNK_OFFSETS:
                yield each
