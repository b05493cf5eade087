"""Boxes of an ISO base media file (ISO/IEC 14496-12:2022, clause 4), and the items of its meta box (8.11)."""

from __future__ import annotations

from collections.abc import Iterator

from marking.bmff.boxes import Box
from marking.bmff.boxes import boxes as every_box
from marking.bmff.strict_boxes import Fields
from marking.media.refusal import Refused
from marking.media.structure import MAX_CHUNKS, FileBytes, Span, count_chunk

_HEADER, _LONG_HEADER = 8, 16
_LONG = b"\0\0\0\1"  # stands for a length of 8 bytes behind the kind
_IN_FILE, _IN_META = 0, 1  # construction methods


def boxes(data: FileBytes, start: int, stop: int) -> Iterator[Box]:
    """Yield the boxes between two places. Raises Refused for one that reaches beyond, or is smaller than its header."""
    end = start
    for count, found in enumerate(every_box(data, start, stop, most=MAX_CHUNKS + 1), 1):
        if not found.is_whole:
            raise Refused("truncated", reason="one of its parts is cut off")
        yield found
        end = found.stop
        count_chunk(count)
    if 0 < stop - end < (_LONG_HEADER if data[end : end + 4] == _LONG else _HEADER):
        raise Refused("truncated", reason="one of its parts is cut off")
    if end < stop:
        raise Refused("unreadable", reason=f"a part at byte {end} claims to be shorter than its own length")


def find(data: FileBytes, start: int, stop: int, *path: bytes) -> Box | None:
    """Return the first box at ``path``, from the outer to the inner; None where there is none."""
    found: Box | None = None
    for kind in path:
        found = next((box for box in boxes(data, start, stop) if box.type == kind), None)
        if found is None:
            return None
        start, stop = found.body, found.stop
    return found


def item_spans(data: FileBytes, meta: tuple[int, int]) -> dict[int, list[Span]]:
    """Where the data of each item lie in the file (iloc, 8.11.3). ``meta``: where the boxes of the meta box lie.

    Raises Refused for data outside the file, BrokenOff for a table cut off; items whose data are built from other items have none.
    """
    found = find(data, *meta, b"iloc")
    if found is None:
        return {}
    held = find(data, *meta, b"idat")
    fields = Fields(data, found.body, found.stop)
    version = fields.number(4) >> 24
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    spans: dict[int, list[Span]] = {}
    count = 0
    for _ in range(fields.number(4 if version == 2 else 2)):
        identity = fields.number(4 if version == 2 else 2)
        method = fields.number(2) & 15 if version else _IN_FILE
        fields.take(2)
        base = fields.number(base_size)
        extents = []
        for _ in range(fields.number(2)):
            fields.take(index_size if version else 0)
            offset = base + fields.number(offset_size)
            extents.append((offset, fields.number(length_size)))
            count += 1
            count_chunk(count)
        if method == _IN_FILE:
            spans[identity] = [_within(offset, length, 0, len(data)) for offset, length in extents]
        elif method == _IN_META and held is not None:
            spans[identity] = [_within(offset, length, held.body, held.stop) for offset, length in extents]
    return spans


def _within(offset: int, length: int, start: int, stop: int) -> Span:
    """A span of bytes; no length stands for all that is left."""
    first = start + offset
    last = first + length if length else stop
    if last > stop or first > stop:
        raise Refused("truncated", reason="part of its picture data is missing")
    return first, last
