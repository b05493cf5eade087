"""write: one label into a picture file."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from marking.marks.implicit_label import Origin, SourceType, jpeg, png, read, webp, write
from tests.marking.marks.implicit_label.pictures import (
    FORMATS,
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    WRAPPED_OLD_JSON,
    compressed_text_chunk,
    decoded,
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
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B &lt;C&gt;</rdf:li></rdf:Alt></dc:title>'
FOREIGN_PACKET = xmp_packet(TITLE, ' xmp:CreatorTool="Some &quot;Tool&quot;"')
USER_COMMENT = b"ASCII\0\0\0" + WRAPPED_OLD_JSON.encode()


def xmp_of(data: bytes) -> str:
    """Return the packet as Pillow finds it."""
    with Image.open(io.BytesIO(data)) as image:
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
    return packet.decode() if isinstance(packet, bytes) else packet


def description_of(data: bytes) -> Any:
    """Return our description as Pillow's XMP reader sees it: the last one."""
    with Image.open(io.BytesIO(data)) as image:
        descriptions = image.getxmp()["xmpmeta"]["RDF"]["Description"]
    return descriptions[-1] if isinstance(descriptions, list) else descriptions


def assert_only_label(data: bytes, place: str) -> None:
    reading = read(data)
    assert [(found.value, found.place, found.is_valid) for found in reading.labels] == [(LABEL, place, True)]
    assert reading.faults == ()


@pytest.mark.parametrize("name", FORMATS)
def test_it_keeps_every_pixel(name: str) -> None:
    original = encoded(name)

    written = write(original, LABEL)

    assert np.array_equal(decoded(written), decoded(original))
    assert_only_label(written, PLACES[name.partition("-")[0]])


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_is_read_by_another_program(name: str) -> None:
    description = description_of(write(encoded(name), LABEL, origin=Origin()))

    assert description["AIGC"] == LABEL.to_json()
    assert description["DigitalSourceType"] == SourceType.TRAINED


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_keeps_the_other_properties_of_the_packet_in_the_file(name: str) -> None:
    written = write(with_xmp(name, FOREIGN_PACKET), LABEL)

    assert TITLE in xmp_of(written)
    assert "xmp:CreatorTool='Some \"Tool\"'" in xmp_of(written)
    assert_only_label(written, PLACES[name])


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize(
    "packet",
    [
        xmp_packet(element(OLD_JSON)),
        xmp_packet("", f" TC260:AIGC='{OLD_JSON}'"),
        xmp_packet(element(OLD_JSON) + element(WRAPPED_OLD_JSON) + TITLE),
        b"<x:xmpmeta>" + element(OLD_JSON).encode(),
    ],
    ids=["element", "attribute", "two", "damaged"],
)
def test_it_replaces_the_label_in_xmp(name: str, packet: bytes) -> None:
    written = write(with_xmp(name, packet), LABEL)

    assert_only_label(written, PLACES[name])
    assert OLD_LABEL.produce_id.encode() not in written


@pytest.mark.parametrize(
    "chunk",
    [
        png.Chunk(b"tEXt", b"AIGC\0" + OLD_JSON.encode()),
        png.Chunk(b"iTXt", b"AIGC\0\0\0\0\0" + WRAPPED_OLD_JSON.encode()),
        compressed_text_chunk("aigc", OLD_JSON),
        png.Chunk(b"eXIf", exif_block(USER_COMMENT)),
    ],
    ids=["tEXt", "iTXt", "zTXt", "eXIf"],
)
def test_it_replaces_the_label_elsewhere_in_a_png(chunk: png.Chunk) -> None:
    before = with_png_chunks(chunk)
    assert [found.value for found in read(before).labels] == [OLD_LABEL]

    assert_only_label(write(before, LABEL), "png:iTXt:xmp")


def test_it_replaces_the_label_in_the_exif_comment_of_a_jpeg() -> None:
    exif_segment = jpeg.Segment(jpeg.APP1, jpeg.EXIF_HEADER + exif_block(USER_COMMENT, ">"))
    before = with_jpeg_segments(exif_segment)
    assert [found.place for found in read(before).labels] == ["exif:UserComment"]

    written = write(before, LABEL)

    assert_only_label(written, "jpeg:APP1:xmp")
    kept = jpeg.split(written).head[1].payload
    assert len(kept) == len(exif_segment.payload)
    assert kept.endswith(bytes(len(WRAPPED_OLD_JSON)))


@pytest.mark.parametrize("header", [b"", jpeg.EXIF_HEADER])
def test_it_replaces_the_label_in_the_exif_comment_of_a_webp(header: bytes) -> None:
    before = with_webp_chunks(webp.Chunk(webp.EXIF, header + exif_block(USER_COMMENT)))
    assert [found.value for found in read(before).labels] == [OLD_LABEL]

    assert_only_label(write(before, LABEL), "webp:XMP")


def test_it_leaves_other_exif_and_text_alone() -> None:
    comment = png.Chunk(b"eXIf", exif_block(b"ASCII\0\0\0a day at the sea"))
    text = png.Chunk(b"tEXt", b"Title\0sea")

    chunks = list(png.chunks(write(with_png_chunks(comment, text), LABEL)))

    assert comment in chunks
    assert text in chunks


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_writes_the_same_twice(name: str) -> None:
    once = write(with_xmp(name, FOREIGN_PACKET), LABEL)

    assert write(once, LABEL) == once


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_takes_the_packet_it_is_given(name: str) -> None:
    given = xmp_packet("<dc:source>given</dc:source>")

    written = write(with_xmp(name, FOREIGN_PACKET), LABEL, xmp=given)

    assert "<dc:source>given</dc:source>" in xmp_of(written)
    assert "CreatorTool" not in xmp_of(written)


@pytest.mark.parametrize(
    "packet", [b"", b"no xml", b"\xff\xfe", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", b"x" * (1 << 20) + b"x"]
)
def test_it_drops_a_packet_it_cannot_parse(packet: bytes) -> None:
    written = write(encoded("jpeg"), LABEL, xmp=packet)

    assert written == write(encoded("jpeg"), LABEL)


def test_it_drops_foreign_properties_that_leave_no_room_in_a_jpeg() -> None:
    large = xmp_packet(f"<dc:source>{'x' * 65_000}</dc:source>")

    assert b"xxxx" not in write(encoded("jpeg"), LABEL, xmp=large)
    assert b"xxxx" in write(encoded("png"), LABEL, xmp=large)


def test_it_drops_foreign_properties_that_grow_beyond_what_is_read() -> None:
    growing = xmp_packet("<dc:a/>" * 70_000 + "x" * 500_000)

    assert_only_label(write(encoded("png"), LABEL, xmp=growing), "png:iTXt:xmp")


def test_it_drops_the_extended_packet_of_a_jpeg() -> None:
    extended = jpeg.Segment(jpeg.APP1, jpeg.EXTENDED_XMP_HEADER + bytes(40))
    main = jpeg.xmp_segment(xmp_packet(TITLE, ' xmpNote:HasExtendedXMP="0123"'))

    written = write(with_jpeg_segments(main, extended), LABEL)

    assert b"xmp/extension" not in written
    assert b"HasExtendedXMP" not in written
    assert TITLE in xmp_of(written)


@pytest.mark.parametrize(
    ("label", "source_type", "expected"),
    [
        ("1", SourceType.TRAINED, "trained"),
        ("1", SourceType.COMPOSITE, "compositeWithTrained"),
        ("3", SourceType.TRAINED, "trained"),
    ],
)
def test_it_says_the_source_type_once(label: str, source_type: SourceType, expected: str) -> None:
    base = xmp_packet("<Iptc4xmpExt:DigitalSourceType>old</Iptc4xmpExt:DigitalSourceType>")

    written = write(encoded("png"), replace(LABEL, label=label), xmp=base, origin=Origin(source_type))

    assert xmp_of(written).count("<Iptc4xmpExt:DigitalSourceType>") == 1
    assert f"/digitalsourcetype/{expected}AlgorithmicMedia" in xmp_of(written)


@pytest.mark.parametrize("label", ["1", "2", "3"])
def test_it_leaves_what_others_say_of_the_origin_where_it_is_told_none(label: str) -> None:
    base = xmp_packet("<Iptc4xmpExt:DigitalSourceType>old</Iptc4xmpExt:DigitalSourceType>")

    assert ">old</Iptc4xmpExt:DigitalSourceType>" in xmp_of(
        write(encoded("png"), replace(LABEL, label=label), xmp=base)
    )
    assert "DigitalSourceType" not in xmp_of(write(encoded("png"), replace(LABEL, label=label)))


def test_it_keeps_prefixes_apart() -> None:
    base = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="uuid:7" plain="&#9;1">'
        b'<a:p xmlns:a="urn:one">1</a:p><a:p xmlns:a="urn:two">2&#13;</a:p><ns1:q xmlns:ns1="urn:aaa">3</ns1:q><q xmlns="urn:three">4</q>'
        b"</r:Description></r:RDF>"
    )

    packet = xmp_of(write(encoded("png"), LABEL, xmp=base))

    assert "<a:p>1</a:p><ns3:p>2&#13;</ns3:p><ns1:q>3</ns1:q><ns2:q>4</ns2:q>" in packet
    assert packet.count('rdf:about="uuid:7"') == 2
    assert 'plain="&#9;1"' in packet
    assert write(encoded("png"), LABEL, xmp=packet.encode()) == write(encoded("png"), LABEL, xmp=base)


def test_it_keeps_standalone_markers_of_a_jpeg() -> None:
    plain = encoded("jpeg")

    written = write(plain[:2] + b"\xff\x01" + plain[2:], LABEL)

    assert written.count(b"\xff\x01\xff") == 1
    assert np.array_equal(decoded(written.replace(b"\xff\x01\xff", b"\xff")), decoded(plain))
    assert_only_label(written, "jpeg:APP1:xmp")


# --- Bytes -----------------------------------------------------------------------------------------------------


def test_it_writes_the_itxt_chunk_of_the_guide() -> None:
    written = write(encoded("png"), LABEL)

    packet = xmp_of(written).encode()
    chunk = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + packet
    start = written.index(b"iTXt")
    assert written[start : start + len(chunk)] == chunk
    assert written[start - 4 : start] == (len(chunk) - 4).to_bytes(4, "big")
    assert written[start + len(chunk) :][:4] == zlib.crc32(chunk).to_bytes(4, "big")
    assert start < written.index(b"IDAT")


def test_it_writes_the_app1_segment_of_the_guide() -> None:
    written = write(encoded("jpeg"), LABEL)

    payload = b"http://ns.adobe.com/xap/1.0/\0" + xmp_of(written).encode()
    start = written.index(b"\xff\xe1")
    assert written[start + 2 : start + 4] == (len(payload) + 2).to_bytes(2, "big")
    assert written[start + 4 : start + 4 + len(payload)] == payload
    assert written[2:4] == b"\xff\xe0"
    assert start == 4 + int.from_bytes(written[4:6], "big")


@pytest.mark.parametrize(("name", "flags"), [("webp", 0x04), ("webp-lossless", 0x04), ("webp-alpha", 0x14)])
def test_it_makes_the_extended_header_of_a_simple_webp(name: str, flags: int) -> None:
    simple = webp.join([part for part in webp.split(encoded(name)).found if part.name in (b"VP8 ", b"VP8L")])

    written = write(simple, LABEL)

    assert written[12:30] == b"VP8X" + bytes([10, 0, 0, 0, flags, 0, 0, 0, 16, 0, 0, 10, 0, 0])
    packet = xmp_of(written).encode()
    assert b"XMP " + len(packet).to_bytes(4, "little") + packet in written
    assert int.from_bytes(written[4:8], "little") == len(written) - 8


def test_it_writes_the_property_of_the_guide() -> None:
    packet = xmp_of(write(encoded("png"), LABEL))

    value = LABEL.to_json().replace('"', "&quot;")
    assert f"<TC260:AIGC>{value}</TC260:AIGC>" in packet
    assert 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"' in packet


# --- Refusals --------------------------------------------------------------------------------------------------


def test_it_refuses_a_label_that_breaks_annex_e() -> None:
    with pytest.raises(ValueError, match="found label_value"):
        write(encoded("png"), replace(LABEL, label="0"))


@pytest.mark.parametrize("data", [b"", b"BM6\0" + bytes(20), b"RIFF\0\0\0\0WAVE"])
def test_it_refuses_other_files(data: bytes) -> None:
    with pytest.raises(ValueError, match="expected a picture file"):
        write(data, LABEL)


@pytest.mark.parametrize("name", CONTAINERS)
def test_it_refuses_a_file_that_breaks_off(name: str) -> None:
    whole = encoded(name)
    for length in (13, 40, 60) if name != "jpeg" else (13, 100, 300):
        with pytest.raises(ValueError, match="expected a"):
            write(whole[:length], LABEL)


def test_it_refuses_a_png_with_a_wrong_checksum() -> None:
    broken = bytearray(encoded("png"))
    broken[30] ^= 1

    with pytest.raises(ValueError, match="expected right checksums"):
        write(bytes(broken), LABEL)


def test_it_refuses_a_webp_without_an_image() -> None:
    with pytest.raises(ValueError, match="VP8X, VP8 or VP8L"):
        write(webp.join([webp.Chunk(b"ICCP", b"x")]), LABEL)
