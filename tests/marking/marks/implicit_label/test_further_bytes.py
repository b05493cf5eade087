"""write: the bytes in which a GIF, TIFF, AVIF or HEIC file carries the label."""

from __future__ import annotations

import struct

import pytest

from marking.marks.implicit_label import read, write
from marking.marks.implicit_label.bmff import XMP_UUID, take_apart
from tests.marking.marks.implicit_label.further_files import TITLE, assert_only_label, encoded
from tests.marking.marks.implicit_label.pictures import LABEL, OLD_JSON, element, xmp_packet
from tests.marking.media.boxed_files import heic


def test_it_writes_the_application_extension_of_adobe() -> None:
    written = write(encoded("gif"), LABEL)

    start = written.index(b"!\xff\x0bXMP DataXMP<?xpacket begin")
    stop = written.index(b'<?xpacket end="w"?>') + 19
    assert written[stop : stop + 4] == b"\x01\xff\xfe\xfd"
    assert written[stop + 254 : stop + 258] == b"\x02\x01\x00\x00"
    assert start < written.index(b",")
    assert written.endswith(b";")


def test_it_hangs_a_new_directory_onto_a_tiff() -> None:
    original = encoded("tiff")

    written = write(original, LABEL)

    assert written[8 : len(original)] == original[8:]
    (start,) = struct.unpack_from("<I", written, 4)
    (count,) = struct.unpack_from("<H", written, start)
    tags = [struct.unpack_from("<HHII", written, start + 2 + 12 * number) for number in range(count)]
    assert [tag[0] for tag in tags] == sorted(tag[0] for tag in tags)
    (_, kind, length, offset) = next(tag for tag in tags if tag[0] == 700)
    assert kind == 1
    assert written[offset : offset + 8] == b"<?xpacke"
    assert written[offset : offset + length].endswith(b'end="w"?>')
    assert start == offset + length + length % 2


@pytest.mark.parametrize("name", ["avif", "heic"])
def test_it_makes_the_packet_an_item_that_describes_the_picture(name: str) -> None:
    written = write(encoded(name), LABEL)

    entry = written.index(b"mime\0application/rdf+xml\0")
    number = written[entry - 4 : entry - 2]
    assert written[entry - 12 : entry - 4] == b"infe\2\0\0\0"
    primary = written[written.index(b"pitm") + 8 :][:2]
    assert b"cdsc" + number + b"\0\1" + primary in written
    assert written.endswith(b'<?xpacket end="w"?>')
    assert b"mdat<?xpacket begin" in written


def test_it_moves_every_place_that_a_sequence_names() -> None:
    original = encoded("avif-moving")

    written = write(original, LABEL)

    (old,), (new,) = (
        struct.unpack_from(">I", data, data.index(b"stco") + 12) for data in (original, written)
    )
    assert new > old
    assert written[new : new + 40] == original[old : old + 40]


def test_it_reads_a_uuid_box_and_leaves_none() -> None:
    before = encoded("heic", xmp_packet(element(OLD_JSON) + TITLE))
    assert [found.place for found in read(before).labels] == ["bmff:uuid"]

    written = write(before, LABEL)

    assert XMP_UUID not in written
    assert TITLE.encode() in written
    assert len(take_apart(written).top) == len(take_apart(before).top) + 1


def test_it_spells_out_a_size_that_means_up_to_the_end() -> None:
    original = encoded("avif")
    start = original.index(b"mdat") - 4
    endless = original[:start] + bytes(4) + original[start + 4 :]

    written = write(endless, LABEL)

    assert written == write(original, LABEL)


def test_it_closes_what_reached_up_to_the_end_before_it_puts_something_behind() -> None:
    original = encoded("avif")
    start = original.index(b"infe") - 4
    open_ended = original[:start] + bytes(4) + original[start + 4 :]

    assert_only_label(write(open_ended, LABEL), "bmff:item")


def test_it_takes_no_number_that_a_place_without_an_item_has() -> None:
    original = heic("alpha")  # two pictures
    second = original.rindex(b"infe") - 4
    (size,) = struct.unpack_from(">I", original, second)
    hidden = original[:second] + struct.pack(">I4s", size, b"free") + original[second + 8 :]

    assert_only_label(write(hidden, LABEL), "bmff:item")


def test_it_keeps_a_packet_that_describes_another_picture() -> None:
    """Gain maps have packets of their own."""
    once = write(heic("alpha"), LABEL, xmp=xmp_packet(TITLE))
    other = once.replace(b"cdsc\0\3\0\1\0\1", b"cdsc\0\3\0\1\0\2").replace(b"AIGC>", b"AIGX>")
    assert read(other).labels == ()

    written = write(other, LABEL)

    assert_only_label(written, "bmff:item")
    assert [item.number for item in take_apart(written).items if item.is_xmp] == [3, 4]
    assert TITLE.encode() in written
