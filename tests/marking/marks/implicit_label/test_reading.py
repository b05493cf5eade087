"""read: every label of a file, whoever wrote it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import FoundLabel, Reading, exif, jpeg, png, read, webp, write
from marking.marks.implicit_label.parsing import Form
from tests.marking.marks.implicit_label.pictures import (
    FORMATS,
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    WRAPPED_OLD_JSON,
    compressed_text_chunk,
    element,
    encoded,
    exif_block,
    with_jpeg_segments,
    with_png_chunks,
    with_webp_chunks,
    with_xmp,
    xmp_packet,
)

CONTAINERS = ["png", "jpeg", "webp"]
PLACES = {"png": "png:iTXt:xmp", "jpeg": "jpeg:APP1:xmp", "webp": "webp:XMP"}
LABELLED_COMMENT = b"ASCII\0\0\0" + OLD_JSON.encode()
FOREIGN_ELEMENT = f"<f:AIGC xmlns:f='http://aigc-compliance/ns/1.0/'>{OLD_JSON}</f:AIGC>"


def only(data: bytes) -> FoundLabel:
    (label,) = read(data).labels
    return label


@pytest.mark.parametrize("name", FORMATS)
def test_it_finds_no_label_in_a_plain_picture(name: str) -> None:
    assert read(encoded(name)) == Reading((), ())


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize(
    ("packet", "form", "faults"),
    [
        (xmp_packet(element(OLD_JSON)), "bare", ()),
        (xmp_packet(element(f"\n  {OLD_JSON} ")), "bare", ()),
        (xmp_packet(element(WRAPPED_OLD_JSON)), "wrapped", ()),
        (xmp_packet(f"<TC260:AIGC>{OLD_JSON}</TC260:AIGC>"), "bare", ()),
        (xmp_packet(f"<TC260:AIGC><![CDATA[{OLD_JSON}]]></TC260:AIGC>"), "bare", ()),
        (xmp_packet(f"<TC260:Aigc><rdf:Alt><rdf:li>{OLD_JSON}</rdf:li></rdf:Alt></TC260:Aigc>"), "bare", ()),
        (xmp_packet("", f" TC260:AIGC='{OLD_JSON}'"), "bare", ()),
        (xmp_packet(element(element(OLD_JSON)[12:-13])), "bare", ("double_escaped",)),
        (xmp_packet(FOREIGN_ELEMENT), "bare", ("foreign_namespace",)),
        (
            xmp_packet(element(OLD_JSON.replace("PropagateID", "PropatorID"))),
            "bare",
            ("misspelt:PropagateID",),
        ),
    ],
    ids=[
        "escaped",
        "spaces",
        "wrapped",
        "plain",
        "cdata",
        "alt",
        "attribute",
        "double",
        "foreign",
        "misspelt",
    ],
)
def test_it_reads_every_form_of_the_property(
    name: str, packet: bytes, form: Form, faults: tuple[str, ...]
) -> None:
    reading = read(with_xmp(name, packet))

    assert reading == Reading((FoundLabel(OLD_LABEL, PLACES[name], form, faults),), ())


@pytest.mark.parametrize(
    ("data", "place", "form"),
    [
        (with_png_chunks(png.Chunk(b"tEXt", b"AIGC\0" + WRAPPED_OLD_JSON.encode())), "png:tEXt:AIGC", "wrapped"),
        (with_png_chunks(png.Chunk(b"tEXt", b"AIGC\0" + OLD_JSON.encode())), "png:tEXt:AIGC", "bare"),
        (with_png_chunks(compressed_text_chunk("AIGC", OLD_JSON)), "png:zTXt:AIGC", "bare"),
        (with_png_chunks(png.Chunk(b"iTXt", b"aigc\0\1\0zh\0\0" + zlib.compress(OLD_JSON.encode()))), "png:iTXt:AIGC", "bare"),
        (with_png_chunks(png.Chunk(b"eXIf", exif_block(b"ASCII\0\0\0" + OLD_JSON.encode()))), "exif:UserComment", "bare"),
        (
            with_jpeg_segments(jpeg.Segment(0xE1, b"Exif\0\0" + exif_block(bytes(8) + WRAPPED_OLD_JSON.encode(), ">"))),
            "exif:UserComment",
            "wrapped",
        ),
        (
            with_webp_chunks(webp.Chunk(b"EXIF", exif_block(b"UNICODE\0" + OLD_JSON.encode("utf-16-le")))),
            "exif:UserComment",
            "bare",
        ),
        (
            with_webp_chunks(webp.Chunk(b"EXIF", exif_block(b"UNICODE\0" + OLD_JSON.encode("utf-16-be"), ">"))),
            "exif:UserComment",
            "bare",
        ),
    ],
)  # fmt: skip
def test_it_reads_every_place(data: bytes, place: str, form: Form) -> None:
    assert read(data) == Reading((FoundLabel(OLD_LABEL, place, form, ()),), ())


def test_it_reports_more_than_one_label() -> None:
    twice = with_png_chunks(
        png.Chunk(b"tEXt", b"AIGC\0" + OLD_JSON.encode()), png.xmp_chunk(xmp_packet(element(OLD_JSON)))
    )

    assert read(twice).faults == ("duplicate",)
    assert [found.is_valid for found in read(twice).labels] == [True, True]


def test_it_reports_a_bounded_number_of_labels() -> None:
    many = [png.xmp_chunk(xmp_packet(element(OLD_JSON) * 40))] * 3

    assert len(read(with_png_chunks(*many)).labels) == 32


@pytest.mark.parametrize(
    "data",
    [
        with_png_chunks(*[compressed_text_chunk("AIGC", OLD_JSON)] * 18),
        with_png_chunks(*[png.Chunk(b"eXIf", exif_block(b""))] * 18),
        with_jpeg_segments(*[jpeg.xmp_segment(xmp_packet(""))] * 18),
        with_jpeg_segments(*[jpeg.Segment(0xE1, jpeg.EXIF_HEADER)] * 18),
        with_webp_chunks(*[webp.Chunk(webp.XMP, xmp_packet(""))] * 18),
        with_webp_chunks(*[webp.Chunk(webp.EXIF, b"")] * 18),
    ],
)
def test_it_looks_at_a_bounded_number_of_carriers(data: bytes) -> None:
    reading = read(data)

    assert "too_many_carriers" in reading.faults
    assert len(reading.labels) in (0, 16)


def test_it_reads_a_packet_with_broken_instructions_around_it() -> None:
    packet = xmp_packet(element(OLD_JSON))
    broken = packet.replace(b"<x:xmpmeta", b'<?xml version="1.0"?><x:xmpmeta').replace(b'"w"?>', b'"w"??>')

    assert only(with_xmp("png", broken)).is_valid


@pytest.mark.parametrize(
    "damage",
    [
        lambda packet: packet.replace(b"</rdf:RDF>", b""),
        lambda packet: packet.replace(b"</rdf:RDF>", b"\xff</rdf:RDF>"),
        lambda packet: packet.replace(b"<x:xmpmeta", b"<x:other").replace(b"<rdf:RDF", b"<rdf:R"),
        lambda packet: packet[: packet.index(b"</rdf:Desc")],
        lambda packet: packet.replace(b"</rdf:RDF>", b"<a>" * 70 + b"</a>" * 70 + b"</rdf:RDF>"),
    ],
    ids=["unclosed", "encoding", "no-root", "cut", "deep"],
)
@pytest.mark.parametrize(
    "inner", [(element(OLD_JSON), ""), ("", f" TC260:AIGC='{OLD_JSON}'")], ids=["element", "attribute"]
)
def test_it_searches_a_damaged_packet(damage: Callable[[bytes], bytes], inner: tuple[str, str]) -> None:
    reading = read(with_xmp("jpeg", damage(xmp_packet(*inner))))

    assert reading == Reading(
        (FoundLabel(OLD_LABEL, "jpeg:APP1:xmp", "bare", ("damaged_xmp",)),), ("damaged_xmp",)
    )


def test_it_expands_no_entities() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + bomb + b"<AIGC>&b;</AIGC></x:xmpmeta>"

    assert read(with_xmp("png", packet)).faults == ("damaged_xmp",)
    assert read(with_xmp("png", b"<RDF >" + bomb)).labels == ()


@pytest.mark.parametrize(
    "inner", ["<AIGC>" * 100_000, "<AIGC " * 100_000, ':AIGC="' * 100_000, "<a>" * 200_000]
)
def test_it_is_not_slowed_by_a_hostile_packet(inner: str) -> None:
    assert "damaged_xmp" in read(with_xmp("png", b"<x:xmpmeta>" + inner.encode())).faults


def test_it_looks_at_no_oversized_packet() -> None:
    bomb = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(8 << 20))

    assert read(with_png_chunks(png.Chunk(b"iTXt", bomb))) == Reading((), ("oversized_packet",))
    assert read(with_xmp("webp", bytes(2 << 20))) == Reading((), ("oversized_packet",))


@pytest.mark.parametrize(
    "chunk",
    [
        png.Chunk(b"zTXt", b"AIGC\0\0not deflated"),
        png.Chunk(b"tEXt", b"AIGC"),
        png.Chunk(b"iTXt", b"AIGC\0\0"),
        png.Chunk(b"iTXt", b"AIGC\0\0\0\0"),
        png.Chunk(b"iTXt", b"AIGC\0\1\0\0\0not deflated"),
    ],
)
def test_it_reports_a_malformed_text_chunk(chunk: png.Chunk) -> None:
    assert read(with_png_chunks(chunk)) == Reading((), ("damaged_text",))


def test_it_passes_over_other_text() -> None:
    assert read(with_png_chunks(png.Chunk(b"tEXt", b"Comment\0" + OLD_JSON.encode()))) == Reading((), ())


@pytest.mark.parametrize(
    "comment",
    [b"ASCII\0\0\0made without AIGC", b"ASCII\0\0\0{}", b"ASCII\0\0\0", b"", b'ASCII\0\0\0{"Label":"1"}'],
)
def test_it_takes_no_other_comment_for_a_label(comment: bytes) -> None:
    assert read(with_png_chunks(png.Chunk(b"eXIf", exif_block(comment)))) == Reading((), ())


@pytest.mark.parametrize(
    "block",
    [
        exif_block(LABELLED_COMMENT).replace(b"\x69\x87", b"\x00\x00"),
        exif_block(LABELLED_COMMENT).replace(b"\x86\x92\x07", b"\x86\x92\x03"),
        exif_block(LABELLED_COMMENT).replace(b"\x86\x92", b"\x00\x00"),
    ],
)
def test_it_takes_other_exif_for_none(block: bytes) -> None:
    assert read(with_png_chunks(png.Chunk(b"eXIf", block))) == Reading((), ())


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"nothing",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\x01\0",
        exif_block(LABELLED_COMMENT)[:60],
        exif_block(LABELLED_COMMENT).replace(b"\x69\x87\x04\0\x01\0\0\0\x1a\0", b"\x69\x87\x04\0\x01\0\0\0\xff\xff"),
    ],
)  # fmt: skip
def test_it_says_that_a_broken_exif_block_may_hide_a_label(block: bytes) -> None:
    assert read(with_png_chunks(png.Chunk(b"eXIf", block))) == Reading((), ("damaged_exif",))


def ifd0(tag: int, value: bytes, type_: int = 2) -> bytes:
    """An EXIF block (TIFF) with one text in its first directory."""
    return b"MM\0*" + struct.pack(">IHHHII", 8, 1, tag, type_, len(value), 26) + bytes(4) + value


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (exif_block(b"UNICODE\0" + OLD_JSON.encode("utf-16-be"), "<"), "UserComment"),
        (exif_block(b"UNICODE\0" + OLD_JSON.encode("utf-16-le"), ">"), "UserComment"),
        (exif_block(b"JIS\0\0\0\0\0" + OLD_JSON.encode("iso2022_jp")), "UserComment"),
        (exif_block(OLD_JSON.encode()), "UserComment"),
        (exif_block(LABELLED_COMMENT).replace(b"\x86\x92\x07", b"\x86\x92\x02"), "UserComment"),
        (ifd0(0x9286, LABELLED_COMMENT, 7), "UserComment"),
        (ifd0(0x010E, OLD_JSON.encode() + b"\0"), "ImageDescription"),
        (ifd0(0x010E, OLD_JSON.encode() + b"\0", 129), "ImageDescription"),
        (ifd0(0x9C9C, (OLD_JSON + "\0").encode("utf-16-le"), 1), "XPComment"),
    ],
)
def test_it_reads_every_text_of_exif(block: bytes, field: str) -> None:
    data = with_jpeg_segments(jpeg.Segment(0xE1, b"Exif\0\0" + block))

    assert read(data) == Reading((FoundLabel(OLD_LABEL, f"exif:{field}", "bare", ()),), ())
    assert [found.value for found in read(write(data, LABEL)).labels] == [LABEL]


def test_it_reads_utf_16_without_latin_letters_in_the_order_of_the_block() -> None:
    for order, encoding in (("<", "utf-16-le"), (">", "utf-16-be")):
        text = exif.read_texts(exif_block(b"UNICODE\0" + "人工智能".encode(encoding), order))
        assert text.of("UserComment") == "人工智能"
        assert text.of("Artist") == ""


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


def test_it_reads_the_older_form_without_the_user() -> None:
    older = '{"AIGC":{"ServiceProvider":"Cloud","ServiceUser":"Jane","Time":"1","ContentId":"7"}}'
    found = only(with_png_chunks(png.Chunk(b"eXIf", ifd0(0x010E, older.encode()))))

    assert (found.place, found.form, found.is_valid) == ("exif:ImageDescription", "older", False)
    assert found.faults[:2] == ("older_schema", "missing:Label")
    assert "Jane" not in repr(found)


def test_it_reports_a_wrong_checksum_of_the_label() -> None:
    data = bytearray(write(encoded("png"), LABEL))
    data[data.index(b"PID-0001") + 7] ^= 1

    found = only(bytes(data))
    assert found.value is not None
    assert found.value.produce_id == "PID-0000"
    assert found.faults == ("damaged_chunk",)
    assert not found.is_valid


def test_it_reads_a_jpeg_with_fill_bytes_and_standalone_markers() -> None:
    labelled = write(encoded("jpeg"), LABEL)

    assert only(labelled[:2] + b"\xff\x01\xff" + labelled[2:]).value == LABEL


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"BM6\0", b"RIFF\x04\0\0\0ACON", bytes(1000)])
def test_it_says_that_it_cannot_look_into_other_files(data: bytes) -> None:
    assert read(data) == Reading((), ("unsupported_container",))


@pytest.mark.parametrize(
    "data", [png.SIGNATURE, jpeg.START, b"RIFF\xff\0\0\0WEBP", jpeg.START + b"\xff\xe1\0\1"]
)
def test_it_reports_a_file_that_breaks_off_at_once(data: bytes) -> None:
    assert read(data) == Reading((), ("truncated_container",))


@given(
    st.sampled_from([png.SIGNATURE, jpeg.START, jpeg.START + b"\xff\xe1", b"RIFF\xff\0\0\0WEBP"]),
    st.binary(max_size=80),
)
@settings(max_examples=100, deadline=None)
def test_it_never_raises_on_any_bytes(start: bytes, rest: bytes) -> None:
    assert isinstance(read(start + rest), Reading)


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_never_passes_a_damaged_label_as_another(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    value_at = labelled.index(b"{&quot;Label")
    value = range(value_at, value_at + len(LABEL.to_json().replace('"', "&quot;")))
    rng = np.random.default_rng(45438)
    for _ in range(100):
        position, change = int(rng.integers(0, len(labelled))), int(rng.integers(1, 256))
        damaged = bytearray(labelled)
        damaged[position] ^= change
        for found in read(bytes(damaged)).labels:
            assert found.value == LABEL or not found.is_valid or position in value


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_says_so_when_a_file_was_cut(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    rng = np.random.default_rng(6)
    for length in rng.integers(16, len(labelled) - 2, 50).tolist():
        reading = read(labelled[:length])
        assert "truncated_container" in reading.faults
        assert all(found.value == LABEL for found in reading.labels if found.is_valid)


def test_it_reads_the_png_text_chunk_of_the_guide() -> None:
    value = b'{"AIGC":' + LABEL.to_json().encode() + b"}"
    chunk = png.Chunk(b"tEXt", b"AIGC\0" + value)

    assert chunk.to_bytes()[:22] == bytes.fromhex("000000D3 74455874 4149474300 7B2241494743223A7B")
    assert only(with_png_chunks(chunk)) == FoundLabel(LABEL, "png:tEXt:AIGC", "wrapped", ())


def test_it_reads_the_exif_comment_of_the_guide() -> None:
    comment = bytes.fromhex("4153434949000000 7B2241494743223A") + LABEL.to_json().encode() + b"}"
    segment = jpeg.Segment(jpeg.APP1, b"Exif\0\0" + exif_block(comment))

    assert only(with_jpeg_segments(segment)) == FoundLabel(LABEL, "exif:UserComment", "wrapped", ())
