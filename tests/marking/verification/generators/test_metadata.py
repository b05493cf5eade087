"""The metadata of a file …"""

from __future__ import annotations

import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.marks.implicit_label import gif, jpeg
from marking.media import MediaType, encode_picture
from marking.verification.generators.metadata import LONGEST_PACKETS, LONGEST_TEXT, Metadata, read_metadata
from tests.conftest import photograph
from tests.marking.marks.implicit_label.pictures import exif_block_of_packet
from tests.marking.media.boxed_files import box
from tests.marking.verification.containers import (
    JUMBF,
    dataset,
    resource,
    with_chunks,
    with_exif,
    with_iptc,
    with_riff_chunks,
    with_samsung_blocks,
    with_segments,
    xmp,
)

SMALL = photograph(24, 32)
PNG, JPEG, WEBP, GIF, TIFF, AVIF = (
    encode_picture(SMALL, media_type=each) for each in MediaType if each.is_written
)
PACKET = xmp()


@pytest.mark.parametrize("data", [PNG, JPEG, WEBP, GIF, AVIF], ids=["png", "jpeg", "webp", "gif", "avif"])
def test_it_is_empty_for_a_bare_picture(data: bytes) -> None:
    assert read_metadata(data) == Metadata()


@pytest.mark.parametrize("data", [PNG, JPEG, WEBP, GIF, AVIF], ids=["png", "jpeg", "webp", "gif", "avif"])
def test_it_says_when_the_file_breaks_off(data: bytes) -> None:
    assert not read_metadata(data[:-9]).is_whole


def test_it_holds_the_texts_of_a_png() -> None:
    data = with_chunks(
        PNG,
        (b"tEXt", b"Software\0Program"),
        (b"zTXt", b"workflow\0\0" + zlib.compress(b'{"nodes":[]}')),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET),
        (b"tEXt", b"no separator"),
        (b"eXIf", b"II*\0"),
    )
    metadata = read_metadata(data)
    assert metadata.texts[:2] == (("Software", "Program"), ("workflow", '{"nodes":[]}'))
    assert metadata.xmp == (PACKET,)
    assert metadata.exif == (b"II*\0",)


def test_it_holds_the_packets_of_a_jpeg() -> None:
    data = with_segments(
        JPEG, (0xE1, b"Exif\0\0MM\0*"), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET), (0xE1, b"other")
    )
    metadata = read_metadata(data)
    assert (metadata.exif, metadata.xmp) == ((b"MM\0*",), (PACKET,))


def test_it_holds_the_packets_of_a_webp() -> None:
    metadata = read_metadata(with_riff_chunks(WEBP, (b"EXIF", b"Exif\0\0II*\0"), (b"XMP ", PACKET)))
    assert (metadata.exif, metadata.xmp) == ((b"II*\0",), (PACKET,))


def test_it_holds_the_comments_and_records_of_a_jpeg() -> None:
    block = dataset(110, b"Agency")
    extended = jpeg.EXTENDED_XMP_HEADER + b"A" * 32 + len(PACKET).to_bytes(4, "big") + bytes(4) + PACKET
    metadata = read_metadata(with_segments(with_iptc(JPEG, block), (0xFE, b"A comment"), (0xE1, extended)))
    assert (metadata.comments, metadata.iptc, metadata.xmp) == (("A comment",), (block,), (PACKET,))
    appended = with_samsung_blocks(JPEG, ("Image_UTC_Data", b"17"))
    assert read_metadata(appended).appended == (("Image_UTC_Data", b"17"),)


@pytest.mark.parametrize(
    ("kind", "block", "expected"),
    [
        ("exif", b"Exif\0\0II*\0", Metadata(exif=(b"II*\0",))),
        ("APP1", b"Exif\0\0MM\0*", Metadata(exif=(b"MM\0*",))),
        ("xmp", PACKET, Metadata(xmp=(PACKET,))),
        ("iptc", resource(0x0404, b"block"), Metadata(iptc=(b"block",))),
    ],
)
def test_it_holds_the_raw_profiles_of_a_png(kind: str, block: bytes, expected: Metadata) -> None:
    text = f"\n{kind}\n{len(block):8}\n{block.hex()}\n"
    found = read_metadata(
        with_chunks(
            PNG, (b"zTXt", f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(text.encode()))
        )
    )
    assert replace(found, texts=()) == expected


@pytest.mark.parametrize("text", ["", "\nexif\n 4\nno digits", "\nexif\n 4\n\u00e9\n", "\nexif"])
def test_it_passes_over_a_broken_raw_profile(text: str) -> None:
    found = read_metadata(with_chunks(PNG, (b"tEXt", b"Raw profile type exif\0" + text.encode("latin-1"))))
    assert replace(found, texts=()) == Metadata()


def test_it_holds_a_bounded_part_of_many_texts() -> None:
    bomb = (b"zTXt", b"parameters\0\0" + zlib.compress(bytes(3 << 20)))
    bombs = read_metadata(with_chunks(PNG, *[bomb] * 40))
    assert (len(bombs.texts), bombs.is_too_large, bombs.is_whole) == (16, True, True)
    many = read_metadata(with_chunks(PNG, *[(b"tEXt", b"a\0b")] * 600))
    assert (len(many.texts), many.is_too_large) == (512, True)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (with_chunks(PNG, (b"caBX", b"\0")), "png:caBX"),
        (with_segments(JPEG, (0xEB, JUMBF)), "jpeg:APP11"),
        (with_riff_chunks(WEBP, (b"C2PA", b"\0")), "webp:C2PA"),
        (with_segments(JPEG, (0xEB, JUMBF.replace(b"c2pa", b"jp36"))), ""),
        (with_segments(JPEG, (0xEB, b"JP but short")), ""),
        (with_segments(JPEG, (0xEB, b"other")), ""),
    ],
)
def test_it_tells_where_a_manifest_stands(data: bytes, place: str) -> None:
    assert read_metadata(data).manifest_place == place


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([b"", PNG[:8], JPEG[:2], WEBP[:12], PNG[:40], WEBP[:40]]), st.binary(max_size=80))
def test_it_is_read_from_any_bytes(head: bytes, tail: bytes) -> None:
    assert not read_metadata(head + tail).manifest_place.startswith("webp") or head == WEBP[:12]


def test_there_is_none_in_a_file_of_another_kind() -> None:
    assert read_metadata(b"BM6\0") == Metadata(is_whole=False, is_known=False)


def test_it_holds_the_words_of_a_gif() -> None:
    comment = gif.Block(gif.EXTENSION, gif.COMMENT, b"!\xfe\5hello\0")
    blocks = gif.split(GIF)
    metadata = read_metadata(gif.join(blocks.header, [comment, gif.xmp_block(PACKET), *blocks.found]))
    assert (metadata.comments, metadata.xmp) == (("hello",), (PACKET,))


def test_it_holds_the_packets_of_a_tiff() -> None:
    file = BytesIO()
    Image.fromarray(SMALL).save(file, "TIFF", tiffinfo={700: PACKET, 305: "Program"})
    metadata = read_metadata(file.getvalue())
    assert (metadata.xmp, metadata.exif) == ((PACKET,), (file.getvalue(),))
    assert metadata.is_whole


def test_it_holds_the_packets_of_an_avif() -> None:
    file = BytesIO()
    Image.fromarray(SMALL).save(file, "AVIF", xmp=PACKET, exif=b"II*\0\x08\0\0\0\0\0\0\0\0\0")
    metadata = read_metadata(file.getvalue())
    assert (metadata.xmp, metadata.exif) == ((PACKET,), (b"II*\0\x08\0\0\0\0\0\0\0\0\0",))


def _tiff_with_manifest() -> bytes:
    file = BytesIO()
    Image.fromarray(SMALL).save(file, "TIFF", tiffinfo={0xCD41: JUMBF})
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (GIF[:-1] + b"!\xff\x0bC2PA_GIF\1\0\0\1x\0;", "gif:C2PA"),
        (_tiff_with_manifest(), "tiff:52545"),
        (AVIF + box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + JUMBF), "bmff:uuid"),
        (GIF[:-1] + b"!\xff\x0bC2PA_GIX\1\0\0\1x\0;", ""),
        (AVIF + box(b"uuid", bytes(16) + JUMBF), ""),
    ],
)
def test_it_tells_where_a_manifest_stands_in_the_further_formats(data: bytes, place: str) -> None:
    assert read_metadata(data).manifest_place == place


@pytest.mark.parametrize("data", [TIFF[:4], TIFF[:7], TIFF[:4] + b"\xff\xff\xff\xff"])
def test_it_says_when_a_tiff_breaks_off_before_its_directory(data: bytes) -> None:
    assert read_metadata(data) == Metadata(is_whole=False)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("data", [PNG, JPEG, WEBP], ids=["png", "jpeg", "webp"])
def test_it_holds_the_packet_that_stands_in_the_exif_block(data: bytes, order: str) -> None:
    assert read_metadata(with_exif(data, exif_block_of_packet(PACKET, order))).xmp == (PACKET,)


def test_it_holds_the_packet_of_a_tiff_once() -> None:
    file = BytesIO()
    Image.fromarray(SMALL).save(file, "TIFF", tiffinfo={700: PACKET})
    assert read_metadata(file.getvalue()).xmp == (PACKET,)


def test_it_holds_what_stands_behind_the_end_of_a_png() -> None:
    behind = with_chunks(PNG, (b"tEXt", b"Software\0Program"), (b"eXIf", exif_block_of_packet(PACKET)))
    metadata = read_metadata(PNG + behind[8:])
    assert metadata.texts == (("Software", "Program"),)
    assert metadata.xmp == (PACKET,)
    assert metadata.is_whole


def test_packets_in_exif_blocks_are_bounded_with_the_others() -> None:
    block = exif_block_of_packet(b"x" * (LONGEST_TEXT + 9))
    metadata = read_metadata(with_chunks(PNG, *[(b"eXIf", block)] * 9))
    assert sum(map(len, metadata.xmp)) == LONGEST_PACKETS
