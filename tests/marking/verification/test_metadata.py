"""The metadata of a file …"""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.marks.implicit_label import gif
from marking.media import MediaType, encode_picture
from marking.verification.metadata import Metadata, read_metadata
from tests.conftest import photograph
from tests.marking.media.boxed_files import box
from tests.marking.verification.containers import JUMBF, with_chunks, with_riff_chunks, with_segments, xmp

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
    assert read_metadata(b"BM6\0") == Metadata(is_whole=False)


def test_it_holds_the_words_of_a_gif() -> None:
    comment = gif.Block(gif.EXTENSION, gif.COMMENT, b"!\xfe\5hello\0")
    blocks = gif.split(GIF)
    metadata = read_metadata(gif.join(blocks.header, [comment, gif.xmp_block(PACKET), *blocks.found]))
    assert (metadata.texts, metadata.xmp) == ((("Comment", "hello"),), (PACKET,))


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
