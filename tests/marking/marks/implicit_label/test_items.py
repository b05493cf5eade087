"""Items of a meta box: the shapes that neither Pillow nor libheif writes, and others do."""

from __future__ import annotations

import struct

import pytest

from marking.bmff.boxes import Box
from marking.bmff.strict_boxes import BrokenOff, full_box, whole_boxes
from marking.marks.implicit_label import read, write
from marking.marks.implicit_label.bmff import take_apart
from marking.marks.implicit_label.items import (
    IN_META,
    Location,
    items_box,
    locations_box,
    read_items,
    read_locations,
    xmp_item,
)
from tests.marking.marks.implicit_label.pictures import LABEL, OLD_JSON, OLD_LABEL, element, xmp_packet
from tests.marking.media.boxed_files import box, heic

PACKET = xmp_packet(element(OLD_JSON))
BRAND = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")


def whole(data: bytes) -> Box:
    """The one box that ``data`` are."""
    (found,) = whole_boxes(data, 0, len(data))
    return found


def in_meta(packet: bytes) -> bytes:
    """A file whose one item is a packet in the box ``idat``."""
    places = locations_box([Location(1, IN_META, 0, ((3, len(packet)),))])
    items = items_box([xmp_item(1)])
    primary = full_box(b"pitm", 0, b"\0\1")
    return BRAND + box(b"meta", bytes(4) + primary + items + places + box(b"idat", b"abc" + packet))


def test_it_reads_a_packet_within_the_meta_box() -> None:
    assert [found.value for found in read(in_meta(PACKET)).labels] == [OLD_LABEL]


def test_it_blanks_a_packet_within_the_meta_box() -> None:
    written = write(in_meta(PACKET), LABEL)
    assert [found.value for found in read(written).labels] == [LABEL]
    assert OLD_LABEL.produce_id.encode() not in written
    assert b"idatabc\0\0" in written


def test_it_reads_no_packet_from_a_box_that_is_not_there() -> None:
    assert list(take_apart(in_meta(PACKET).replace(b"idat", b"free")).packets()) == [("item", b"")]


def test_it_reads_boxes_with_sizes_of_8_bytes() -> None:
    original = heic("plain")
    start = original.index(b"mdat") - 4
    content = original[start + 8 :]
    # eight bytes more before the picture's data, whose place moves along
    large = struct.pack(">I4sQ", 1, b"mdat", len(content) + 16) + content
    place = original.index(b"\0\0\1\x7a")
    moved = original[:place] + struct.pack(">I", 0x17A + 8) + original[place + 4 : start] + large
    written = write(moved, LABEL)
    assert [found.value for found in read(written).labels] == [LABEL]
    assert content in written


@pytest.mark.parametrize("numbers", [(1, 2), (1, 70_000)], ids=["short", "long"])
@pytest.mark.parametrize("offset", [7, 2**33], ids=["near", "far"])
def test_places_are_read_as_they_were_written(numbers: tuple[int, int], offset: int) -> None:
    places = [Location(number, 0, 0, ((offset, 9), (offset + 9, 0))) for number in numbers]
    data = locations_box(places)
    assert read_locations(data, whole(data)) == places


def test_items_are_read_as_they_were_written() -> None:
    items = [xmp_item(5), xmp_item(70_000)]
    data = items_box(items)
    assert read_items(data, whole(data)) == items
    assert all(item.is_xmp for item in items)


def test_an_item_of_the_first_version_has_no_type() -> None:
    old = full_box(b"infe", 0, struct.pack(">HH", 4, 0) + b"name\0type\0\0")
    data = full_box(b"iinf", 0, struct.pack(">H", 1) + old)
    (item,) = read_items(data, whole(data))
    assert (item.number, item.kind, item.is_xmp) == (4, b"", False)


def test_it_gives_up_on_places_with_an_index_and_on_endless_ones() -> None:
    indexed = full_box(b"iloc", 1, struct.pack(">HH", 0x4401, 0))
    with pytest.raises(BrokenOff, match="without an index"):
        read_locations(indexed, whole(indexed))
    endless = full_box(b"iloc", 0, struct.pack(">HH", 0, 3) + struct.pack(">HHH", 1, 0, 65_535) * 3)
    with pytest.raises(BrokenOff, match="at most 65536 extents"):
        read_locations(endless, whole(endless))


def test_it_gives_up_on_endless_boxes() -> None:
    data = box(b"free", b"") * 4_097
    with pytest.raises(BrokenOff, match="too many boxes"):
        list(whole_boxes(data, 0, len(data)))


def test_many_items_that_share_a_packet_are_looked_at_a_few_times() -> None:
    items = items_box([xmp_item(number) for number in range(1, 200)])
    large = PACKET + bytes(2**21)
    places = locations_box([Location(n, IN_META, 0, ((0, len(large)),)) for n in range(1, 200)])
    data = BRAND + box(b"meta", bytes(4) + items + places + box(b"idat", large))
    reading = read(data)
    assert reading.labels == ()
    assert reading.faults == ("oversized_packet", "too_many_carriers")


def test_an_entry_that_is_cut_off_ends_the_reading_and_keeps_what_came_before() -> None:
    assert "truncated_container" in read(in_meta(PACKET)[:-40]).faults
    short = full_box(b"iloc", 0, b"\x44\0\0\5")
    data = BRAND + box(b"meta", bytes(4) + short)
    assert read(data).faults == ("truncated_container",)
