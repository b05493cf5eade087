"""Labels in Matroska and WebM files (TC260-PG-20257A): ``Segment.Tags.Tag.SimpleTag`` named AIGC (RFC 9559, 5.1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label.carrier import (
    LONGEST_VALUE_BYTES,
    Carrier,
    Fault,
    Found,
    decoded,
    names_label,
)

SIGNATURE = b"\x1a\x45\xdf\xa3"
SEGMENT, CLUSTER, TAGS, TAG, SIMPLE_TAG, TAG_NAME, TAG_STRING = (
    0x18538067, 0x1F43B675, 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487,
)  # fmt: skip
MOST_ELEMENTS = 65_536
"""Elements of one level that are looked at; two hours of film have some ten thousand clusters."""
LONGEST_NAME = 256
DEEPEST_TAG = 8
"""Nesting of simple tags that is followed."""


@dataclass(frozen=True)
class Element:
    """An element by its identifier and the place of its content in the file."""

    id: int
    body: int
    stop: int
    is_whole: bool


def is_matroska(data: bytes) -> bool:
    """Whether ``data`` begins with an EBML header (RFC 8794, 8.1)."""
    return data.startswith(SIGNATURE)


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts in ``data``, and the fault ``truncated_container`` of a file that breaks off."""
    segments = [element for element in _elements(data, 0, len(data)) if element.id == SEGMENT]
    if not segments:
        yield Fault("truncated_container")
    for segment in segments[:1]:
        for element in _elements(data, segment.body, segment.stop):
            if not element.is_whole:
                yield Fault("truncated_container")
            if element.id == TAGS:
                yield from _in_tags(data, element)


def _in_tags(data: bytes, tags: Element) -> Iterator[Found]:
    for tag in _elements(data, tags.body, tags.stop):
        if tag.id == TAG:
            yield from _in_tag(data, tag, DEEPEST_TAG)


def _in_tag(data: bytes, tag: Element, depth: int) -> Iterator[Found]:
    """Yield the labels among the simple tags of a tag, which may hold others."""
    for simple in _elements(data, tag.body, tag.stop):
        if simple.id != SIMPLE_TAG or depth == 0:
            continue
        name = next(_values(data, simple, TAG_NAME, LONGEST_NAME), "")
        if names_label(name):
            for text in _values(data, simple, TAG_STRING, LONGEST_VALUE_BYTES):
                yield Carrier("mkv:SimpleTag:AIGC", text)
        yield from _in_tag(data, simple, depth - 1)


def _values(data: bytes, parent: Element, id_: int, limit: int) -> Iterator[str]:
    for element in _elements(data, parent.body, parent.stop):
        if element.id == id_:
            yield decoded(data[element.body : min(element.stop, element.body + limit)])


def _elements(data: bytes, position: int, stop: int) -> Iterator[Element]:
    """Yield the elements of one level. Of a cluster of unknown size (live streams) the content follows in its place."""
    return islice(_all_elements(data, position, stop), MOST_ELEMENTS)


def _all_elements(data: bytes, position: int, stop: int) -> Iterator[Element]:
    while position < stop:
        id_, at = _number(data, position, stop, keeps_marker=True)
        size, body = _number(data, at, stop, keeps_marker=False)
        if id_ is None or size is None:
            return
        is_unknown = size == (1 << 7 * (body - at)) - 1
        if is_unknown and id_ not in (SEGMENT, CLUSTER):  # no other may be (RFC 9559, 5.1)
            return
        end = stop if is_unknown else body + size
        yield Element(id_, body, min(end, stop), is_whole=end <= stop)
        position = body if is_unknown and id_ == CLUSTER else end


def _number(data: bytes, position: int, stop: int, *, keeps_marker: bool) -> tuple[int | None, int]:
    """Read a variable-size integer (RFC 8794, 4): its value, ``None`` if it is cut off or too long, and its end."""
    lead = data[position] if position < stop else 0
    length = 9 - lead.bit_length()
    if not lead or length > (4 if keeps_marker else 8) or position + length > stop:
        return None, position
    value = int.from_bytes(data[position : position + length], "big")
    return value if keeps_marker else value & ((1 << 7 * length) - 1), position + length
