"""read: labels in the texts of EXIF, in every container that has it."""

from __future__ import annotations

import struct

import pytest

from marking.marks.implicit_label import FoundLabel, Reading, exif, jpeg, png, read, write
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    exif_block,
    only,
    with_jpeg_segments,
    with_png_chunks,
)

LABELLED_COMMENT = b"ASCII\0\0\0" + OLD_JSON.encode()


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


def test_it_reads_the_older_form_without_the_user() -> None:
    older = '{"AIGC":{"ServiceProvider":"Cloud","ServiceUser":"Jane","Time":"1","ContentId":"7"}}'
    found = only(with_png_chunks(png.Chunk(b"eXIf", ifd0(0x010E, older.encode()))))

    assert (found.place, found.form, found.is_valid) == ("exif:ImageDescription", "older", False)
    assert found.faults[:2] == ("older_schema", "missing:Label")
    assert "Jane" not in repr(found)


def test_it_reads_the_exif_comment_of_the_guide() -> None:
    comment = bytes.fromhex("4153434949000000 7B2241494743223A") + LABEL.to_json().encode() + b"}"
    segment = jpeg.Segment(jpeg.APP1, b"Exif\0\0" + exif_block(comment))

    assert only(with_jpeg_segments(segment)) == FoundLabel(LABEL, "exif:UserComment", "wrapped", ())
