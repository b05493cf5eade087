"""read: labels in comments, application segments and extended packets of a JPEG."""

from __future__ import annotations

import struct

import pytest

from marking.marks.implicit_label import FoundLabel, Reading, jpeg, read, write
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    element,
    encoded,
    only,
    with_jpeg_segments,
    xmp_packet,
)


@pytest.mark.parametrize(
    ("segment", "place", "faults"),
    [
        (jpeg.Segment(0xFE, OLD_JSON.encode()), "jpeg:COM", ()),
        (jpeg.Segment(0xFE, b"AIGC" + OLD_JSON.encode()), "jpeg:COM", ("prefixed",)),
        (jpeg.Segment(0xE4, b"AIGC" + OLD_JSON.encode()), "jpeg:APP4", ("prefixed",)),
        (jpeg.Segment(0xEF, b"\0 " + OLD_JSON.encode()), "jpeg:APP15", ()),
    ],
)
def test_it_reads_a_jpeg_comment(segment: jpeg.Segment, place: str, faults: tuple[str, ...]) -> None:
    labelled = with_jpeg_segments(segment)

    assert read(labelled) == Reading((FoundLabel(OLD_LABEL, place, "bare", faults),), ())
    assert [found.value for found in read(write(labelled, LABEL)).labels] == [LABEL]


@pytest.mark.parametrize("comment", [b"", b"made with AIGC", b"{an AIGC picture}", b'{"name": "AIG"}'])
def test_it_takes_no_other_jpeg_comment_for_a_label(comment: bytes) -> None:
    assert read(with_jpeg_segments(jpeg.Segment(0xFE, comment))) == Reading((), ())


def extended(*parts: tuple[int, bytes], length: int, guid: bytes = b"A" * 32) -> list[jpeg.Segment]:
    """The APP1 segments of an extended packet."""
    head = jpeg.EXTENDED_XMP_HEADER + guid
    return [jpeg.Segment(0xE1, head + struct.pack(">II", length, offset) + part) for offset, part in parts]


def test_it_puts_an_extended_packet_together() -> None:
    packet = xmp_packet(element(OLD_JSON))
    parts = ((100, packet[100:]), (0, packet[:100]))

    assert read(with_jpeg_segments(*extended(*parts, length=len(packet)))) == Reading(
        (FoundLabel(OLD_LABEL, "jpeg:APP1:extended_xmp", "bare", ()),), ()
    )


def test_it_reports_an_extended_packet_that_is_not_whole_or_too_large() -> None:
    packet = xmp_packet(element(OLD_JSON))

    assert read(with_jpeg_segments(*extended((0, packet[:100]), length=len(packet)))).faults == (
        "damaged_xmp",
    )
    claiming_much = [
        extended((9, text), (2**31, b"beyond"), length=2**32 - 1) for text in (b"<AIGC>", b"depth map")
    ]
    assert [read(with_jpeg_segments(*each)).faults for each in claiming_much] == [("oversized_packet",), ()]
    many = [extended((0, b""), length=9, guid=bytes((number,)) * 32)[0] for number in range(18)]
    assert "too_many_carriers" in read(with_jpeg_segments(*many)).faults


def test_it_reads_a_jpeg_with_fill_bytes_and_standalone_markers() -> None:
    labelled = write(encoded("jpeg"), LABEL)

    assert only(labelled[:2] + b"\xff\x01\xff" + labelled[2:]).value == LABEL
