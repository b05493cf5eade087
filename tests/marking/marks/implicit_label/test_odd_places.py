"""Labels in places where they do not belong, and which other readers look at: read finds them, write leaves one."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import FoundLabel, Reading, exif, jpeg, png, read, webp, write
from marking.marks.implicit_label.trailer import LARGEST_TRAILER
from tests.marking.marks.implicit_label.exiftool import read_tags
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    decoded,
    element,
    encoded,
    exif_block,
    exif_block_of_packet,
    extended_segments,
    raw_profile_chunk,
    with_jpeg_segments,
    with_png_chunks,
    with_webp_chunks,
    xmp_packet,
)

PACKET = xmp_packet(element(OLD_JSON) + "<dc:source>kept</dc:source>")
PLAIN_PACKET = xmp_packet("<dc:source>kept</dc:source>")
GUID = b"0123456789ABCDEF" * 2
MAIN = jpeg.xmp_segment(xmp_packet("", f' xmpNote:HasExtendedXMP="{GUID.decode()}"'))
BEHIND_END = png.SIGNATURE + png.xmp_chunk(PACKET).to_bytes()


def with_misnamed_xmp(header: bytes) -> bytes:
    return with_jpeg_segments(jpeg.Segment(jpeg.APP1, header + PACKET))


PLACES: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "raw profile, tEXt": (with_png_chunks(raw_profile_chunk(PACKET, b"tEXt")), "png:tEXt:raw_profile", ()),
    "raw profile, zTXt": (with_png_chunks(raw_profile_chunk(PACKET)), "png:zTXt:raw_profile", ()),
    "raw profile, iTXt": (with_png_chunks(raw_profile_chunk(PACKET, b"iTXt")), "png:iTXt:raw_profile", ()),
    "raw segment of XMP": (
        with_png_chunks(raw_profile_chunk(jpeg.XMP_HEADER + PACKET, name="APP1")),
        "png:zTXt:raw_profile",
        (),
    ),
    "raw segment of EXIF": (
        with_png_chunks(raw_profile_chunk(jpeg.EXIF_HEADER + exif_block_of_packet(PACKET), name="APP1")),
        "exif:700",
        (),
    ),
    "raw EXIF": (
        with_png_chunks(raw_profile_chunk(exif_block(b"ASCII\0\0\0" + OLD_JSON.encode()), b"tEXt", "exif")),
        "exif:UserComment",
        (),
    ),
    "EXIF of JPEG": (
        with_jpeg_segments(jpeg.Segment(jpeg.APP1, jpeg.EXIF_HEADER + exif_block_of_packet(PACKET))),
        "exif:700",
        (),
    ),
    "EXIF of PNG": (with_png_chunks(png.Chunk(b"eXIf", exif_block_of_packet(PACKET, ">"))), "exif:700", ()),
    "EXIF of WebP": (with_webp_chunks(webp.Chunk(webp.EXIF, exif_block_of_packet(PACKET))), "exif:700", ()),
    "no NUL": (with_misnamed_xmp(jpeg.XMP_HEADER[:-1]), "jpeg:APP1:xmp", ("damaged_header",)),
    "misspelt": (with_misnamed_xmp(b"http:/ns.adobe.com/xap/1.0/\0"), "jpeg:APP1:xmp", ("damaged_header",)),
    "no header": (with_misnamed_xmp(b""), "jpeg:APP1:xmp", ("damaged_header",)),
    "behind the end": (
        encoded("png") + BEHIND_END[len(png.SIGNATURE) :],
        "png:trailer",
        ("behind_end",),
    ),
    "EXIF behind the end": (
        encoded("png") + png.Chunk(b"eXIf", exif_block_of_packet(PACKET)).to_bytes(),
        "exif:700",
        ("behind_end",),
    ),
    "packet behind the end": (encoded("png") + b"\0\0" + PACKET, "png:trailer", ("behind_end",)),
    "text behind the end": (encoded("png") + b"\n" + OLD_JSON.encode(), "png:trailer", ("behind_end",)),
    "packet behind a JPEG": (encoded("jpeg") + PACKET, "jpeg:trailer", ("behind_end",)),
    "packet in a second JPEG": (
        encoded("jpeg") + with_jpeg_segments(jpeg.xmp_segment(PACKET)),
        "jpeg:trailer",
        ("behind_end",),
    ),
    "text behind a JPEG": (
        encoded("jpeg") + b" AIGC" + OLD_JSON.encode() + b"\0more",
        "jpeg:trailer",
        ("prefixed", "behind_end"),
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_it_is_read(name: str) -> None:
    data, place, faults = PLACES[name]

    assert read(data) == Reading((FoundLabel(OLD_LABEL, place, "bare", faults),), ())


@pytest.mark.parametrize("name", PLACES)
def test_it_goes_when_another_is_written(name: str) -> None:
    data, _, _ = PLACES[name]
    written = write(data, LABEL)

    assert [found.value for found in read(written).labels] == [LABEL]
    assert read(written).faults == ()
    assert OLD_LABEL.produce_id.encode() not in written
    assert b"Raw profile type xmp" not in written
    assert (decoded(written) == decoded(data)).all()


@pytest.mark.parametrize(
    "name",
    [
        "raw profile, zTXt",
        "EXIF of JPEG",
        "raw segment of XMP",
        "EXIF of PNG",
        "no NUL",
        "misspelt",
        "behind the end",
    ],
)
def test_exiftool_reads_it_and_afterwards_only_the_new_one(name: str, tmp_path: Path) -> None:
    for data, label in ((PLACES[name][0], OLD_LABEL), (write(PLACES[name][0], LABEL), LABEL)):
        path = tmp_path / name
        path.write_bytes(data)
        tags = read_tags(path, "-G0:4")  # with the number of the copy
        assert "ExifTool:Warning" not in tags or label == OLD_LABEL
        assert [text for tag, text in tags.items() if tag.endswith(":Aigc")] == [label.to_json()]


@pytest.mark.parametrize("name", ["raw profile, zTXt", "no NUL", "no header"])
def test_the_properties_beside_it_are_kept(name: str) -> None:
    assert b"<dc:source>kept</dc:source>" in write(PLACES[name][0], LABEL)


def test_xmp_without_a_label_stays_in_exif() -> None:
    data = with_png_chunks(png.Chunk(b"eXIf", exif_block_of_packet(PLAIN_PACKET)))

    assert read(data) == Reading((), ())
    assert PLAIN_PACKET in write(data, LABEL)


@pytest.mark.parametrize("packet", [b"<no xml", b"<x" * (1 << 20)])
def test_xmp_in_exif_that_may_hide_a_label_is_blanked(packet: bytes) -> None:
    data = with_png_chunks(png.Chunk(b"eXIf", exif_block_of_packet(packet)))

    assert read(data).labels == ()
    assert read(data).faults in (("damaged_xmp",), ("oversized_packet",))
    assert read(write(data, LABEL)).faults == ()
    assert packet not in write(data, LABEL)


def test_packets_of_exif_that_overlap_are_one() -> None:
    entries = (
        struct.pack("<HHII", 700, 1, 20, 50)
        + struct.pack("<HHII", 700, 4, 9, 60)
        + struct.pack("<HHII", 700, 7, 3, 0)
    )
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + entries + bytes(4) + b"x" * 30

    assert exif.packet_spans(block) == ((50, 80),)
    assert exif.packet_spans(block[:30]) == ()
    assert exif.packet_spans(b"nonsense") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [(b"\nxmp\n 4\nno digits", "damaged_text"), (b"", "damaged_text"), (b"\nxmp\n 4\n" + b"41" * 1_600_000, "oversized_packet")],
    ids=["letters", "empty", "long"],
)  # fmt: skip
def test_a_raw_profile_that_cannot_be_read_is_a_fault(text: bytes, fault: str) -> None:
    data = with_png_chunks(png.Chunk(b"tEXt", b"Raw profile type xmp\0" + text))

    assert read(data) == Reading((), (fault,))
    assert read(write(data, LABEL)).faults == ()


@pytest.mark.parametrize(
    "body",
    [jpeg.EXIF_HEADER + exif_block_of_packet(PLAIN_PACKET), b"another segment"],
)
def test_a_raw_segment_without_a_label_stays_as_it_is(body: bytes) -> None:
    chunk = raw_profile_chunk(body, name="APP1")

    assert read(with_png_chunks(chunk)) == Reading((), ())
    assert chunk.to_bytes() in write(with_png_chunks(chunk), LABEL)


def test_a_raw_segment_that_cannot_be_read_is_a_fault() -> None:
    data = with_png_chunks(png.Chunk(b"tEXt", b"Raw profile type exif\0no digits"))

    assert read(data) == Reading((), ("damaged_text",))
    assert read(write(data, LABEL)).labels[0].value == LABEL


def test_other_bytes_behind_the_end_of_a_png_are_no_fault() -> None:
    assert read(encoded("png") + b"trailing bytes") == Reading((), ())
    assert read(encoded("png") * 2) == Reading((), ())


@pytest.mark.parametrize("name", ["png", "jpeg"])
def test_it_looks_so_far_behind_the_end_and_no_farther(name: str) -> None:
    data = encoded(name)
    for space, labels in ((LARGEST_TRAILER - len(PACKET), 1), (LARGEST_TRAILER, 0)):
        assert len(read(data + b"\xff" * space + PACKET).labels) == labels
    assert read(data + b"\xff" * 100 + b"<x:xmpmeta").labels == ()


def test_it_leaves_what_else_stands_behind_a_jpeg_in_its_place() -> None:
    behind = b"a second picture" + PACKET + b"and a third"
    written = write(encoded("jpeg") + behind, LABEL)
    assert written.endswith(b"and a third")
    assert b"a second picture" in written
    assert len(written.partition(b"a second picture")[2]) == len(PACKET) + len(b"and a third")


def test_it_leaves_the_packet_of_a_gain_map() -> None:
    gain_map = with_jpeg_segments(jpeg.xmp_segment(PLAIN_PACKET))
    assert write(encoded("jpeg") + gain_map, LABEL).endswith(gain_map)


@given(st.binary(max_size=400))
@settings(max_examples=50, deadline=None)
def test_it_never_raises_over_what_stands_behind_the_end(behind: bytes) -> None:
    for name in ("png", "jpeg"):
        read(encoded(name) + behind)
        assert [found.value for found in read(write(encoded(name) + behind, LABEL)).labels] == [LABEL]


@pytest.mark.parametrize(
    "parts",
    [[], [(0, 300)], [(300, 100_000)], [(0, 300), (301, 100_000)]],
    ids=["none", "first", "last", "gap"],
)
def test_an_extended_packet_that_is_missing_is_a_fault(parts: list[tuple[int, int]]) -> None:
    data = with_jpeg_segments(MAIN, *extended_segments(PLAIN_PACKET, GUID, *parts))

    assert read(data).labels == ()
    assert "missing_extended_xmp" in read(data).faults
    assert read(write(data, LABEL)).faults == ()


@pytest.mark.parametrize("parts", [[(0, 100_000)], [(300, 100_000), (0, 300)], [(0, 301), (300, 100_000)]])
def test_one_that_is_whole_is_none(parts: list[tuple[int, int]]) -> None:
    data = with_jpeg_segments(MAIN, *extended_segments(PLAIN_PACKET, GUID.lower(), *parts))

    assert read(data) == Reading((), ())


def test_a_missing_one_does_not_matter_beside_a_label() -> None:
    assert read(with_jpeg_segments(MAIN, jpeg.xmp_segment(PACKET))).faults == ()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_any_bytes_there_are_read_without_raising(block: bytes, size: int, start: int) -> None:
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 700, 1, size, start) + block

    assert len(exif.with_labels_blanked(tiff)) == len(tiff)
    for marker in (jpeg.XMP_HEADER[:9] + b"<rdf:RDF ", jpeg.EXIF_HEADER):
        assert isinstance(read(with_jpeg_segments(jpeg.Segment(jpeg.APP1, marker + block))), Reading)
