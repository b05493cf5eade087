"""read: every label of a file, whoever wrote it."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import FoundLabel, Reading, jpeg, png, read, webp, write
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
    only,
    with_jpeg_segments,
    with_png_chunks,
    with_webp_chunks,
    with_xmp,
    xmp_packet,
)

CONTAINERS = ["png", "jpeg", "webp"]
PLACES = {"png": "png:iTXt:xmp", "jpeg": "jpeg:APP1:xmp", "webp": "webp:XMP"}


FOREIGN_ELEMENT = f"<f:AIGC xmlns:f='http://aigc-compliance/ns/1.0/'>{OLD_JSON}</f:AIGC>"


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


def test_it_reports_a_wrong_checksum_of_the_label() -> None:
    data = bytearray(write(encoded("png"), LABEL))
    data[data.index(b"PID-0001") + 7] ^= 1

    found = only(bytes(data))
    assert found.value is not None
    assert found.value.produce_id == "PID-0000"
    assert found.faults == ("damaged_chunk",)
    assert not found.is_valid


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
