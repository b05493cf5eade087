"""write and read: one label in a GIF, TIFF, AVIF or HEIC file, and what other programs make of it."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pi_heif
import pytest
from PIL import Image

from marking.marks.implicit_label import Origin, SourceType, read, write
from tests.marking.marks.implicit_label.exiftool import read_tags
from tests.marking.marks.implicit_label.further_files import (
    ENDINGS,
    PLACES,
    TITLE,
    USER_COMMENT,
    assert_only_label,
    comment,
    decoded,
    encoded,
    with_gif_block,
    with_tiff_entry,
)
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    WRAPPED_OLD_JSON,
    element,
    exif_block,
    pixels,
    xmp_packet,
)


@pytest.mark.parametrize("name", PLACES)
def test_it_keeps_every_pixel_of_every_frame(name: str) -> None:
    original = encoded(name)

    written = write(original, LABEL)

    assert np.array_equal(decoded(name, written), decoded(name, original))
    assert_only_label(written, PLACES[name])


@pytest.mark.parametrize("name", PLACES)
def test_it_is_read_by_exiftool(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ENDINGS[name]}"
    path.write_bytes(write(encoded(name, xmp_packet(TITLE)), LABEL, origin=Origin()))

    tags = read_tags(path)

    assert tags["XMP:Aigc"] == LABEL.to_json()
    assert tags["XMP:DigitalSourceType"] == SourceType.TRAINED
    assert tags["XMP:Title"] == "A & B"
    assert "ExifTool:Warning" not in tags
    assert "ExifTool:Error" not in tags


@pytest.mark.parametrize("name", ["tiff", "avif"])
def test_it_is_read_by_pillow(name: str) -> None:
    with Image.open(io.BytesIO(write(encoded(name), LABEL))) as image:
        assert image.getxmp()["xmpmeta"]["RDF"]["Description"]["AIGC"] == LABEL.to_json()


def test_it_is_read_by_libheif() -> None:
    opened = pi_heif.open_heif(io.BytesIO(write(encoded("heic"), LABEL)))

    assert LABEL.to_json() in opened.info["xmp"].decode().replace("&quot;", '"')


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    "packet",
    [
        xmp_packet(element(OLD_JSON)),
        xmp_packet("", f" TC260:AIGC='{OLD_JSON}'"),
        xmp_packet(element(OLD_JSON) + element(WRAPPED_OLD_JSON) + TITLE),
    ],
    ids=["element", "attribute", "two"],
)
def test_it_replaces_the_label_in_xmp(name: str, packet: bytes) -> None:
    before = encoded(name, packet)
    assert OLD_LABEL in [found.value for found in read(before).labels]

    written = write(before, LABEL)

    assert_only_label(written, PLACES[name])
    assert OLD_LABEL.produce_id.encode() not in written
    assert np.array_equal(decoded(name, written), decoded(name, before))


@pytest.mark.parametrize("name", PLACES)
def test_it_writes_the_same_twice(name: str) -> None:
    once = write(encoded(name, xmp_packet(TITLE)), LABEL)

    assert write(once, LABEL) == once


@pytest.mark.parametrize("name", PLACES)
def test_a_longer_packet_and_a_shorter_one_leave_nothing_behind(name: str) -> None:
    once = write(encoded(name), LABEL)
    longer = write(once, LABEL, xmp=xmp_packet(f"<dc:source>{'x' * 5000}</dc:source>"))

    assert write(longer, LABEL, xmp=b"") == once
    assert np.array_equal(decoded(name, longer), decoded(name, once))


@pytest.mark.parametrize("name", PLACES)
def test_it_takes_the_packet_it_is_given(name: str) -> None:
    given_packet = xmp_packet("<dc:source>given</dc:source>")

    written = write(encoded(name, xmp_packet(TITLE)), LABEL, xmp=given_packet)

    assert b"<dc:source>given</dc:source>" in written
    assert b"dc:title" not in written


def test_it_replaces_the_label_in_a_gif_comment_and_keeps_other_comments() -> None:
    before = with_gif_block(encoded("gif"), comment(WRAPPED_OLD_JSON.encode()))
    before = with_gif_block(before, comment(b"a day at the sea"))
    assert [(found.value, found.place) for found in read(before).labels] == [(OLD_LABEL, "gif:comment")]

    written = write(before, LABEL)

    assert_only_label(written, "gif:XMP")
    assert b"a day at the sea" in written


def test_it_replaces_the_label_in_the_exif_comment_of_a_tiff() -> None:
    block = exif_block(USER_COMMENT)
    plain = encoded("tiff")
    pointer = struct.pack("<HHII", 0x8769, 4, 1, len(plain) + 26)  # exif_block's second directory
    before = with_tiff_entry(plain + block, pointer)
    at = len(plain) + 26 + 2 + 8  # where the comment lies, counted from the start of the file
    (value,) = struct.unpack_from("<I", before, at)
    before = before[:at] + struct.pack("<I", value + len(plain)) + before[at + 4 :]
    assert [found.place for found in read(before).labels] == ["exif:UserComment"]

    written = write(before, LABEL)

    assert_only_label(written, "tiff:700")
    assert len(plain + block) < len(written)


def test_it_replaces_the_label_in_the_exif_comment_of_an_avif() -> None:
    file = io.BytesIO()
    Image.fromarray(pixels()).save(file, "AVIF", exif=exif_block(USER_COMMENT))
    before = file.getvalue()
    assert [found.value for found in read(before).labels] == [OLD_LABEL]

    written = write(before, LABEL)

    assert_only_label(written, "bmff:item")
    assert np.array_equal(decoded("avif", written), decoded("avif", before))


def test_it_makes_an_old_gif_one_that_knows_extensions() -> None:
    old = b"GIF87a" + encoded("gif")[6:]

    assert write(old, LABEL).startswith(b"GIF89a")
