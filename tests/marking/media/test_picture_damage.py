"""Decoding by value: pictures that are cut, broken or say two things, and are refused."""

import zlib

import numpy as np
import pytest

from tests.marking.media.picture_files import PNG_SIGNATURE, chunk, colours, header_chunk, png, refusal, saved

RAW = b"".join(b"\0" + row.tobytes() for row in colours())


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (zlib.compress(RAW[:-500]), "truncated"),
        (zlib.compress(RAW)[:-200], "truncated"),
        (zlib.compress(RAW)[:200] + b"\xff" * 50, "unreadable"),
        (zlib.compress(RAW)[:-4] + b"abcd", "unreadable"),
        (zlib.compress(b"\x09" + RAW[1:]), "unreadable"),
        (b"", "truncated"),
    ],
    ids=["rows missing", "stream cut", "stream broken", "sum wrong", "filter unknown", "nothing"],
)
def test_it_refuses_damaged_png_pixels(opened, packed, code):
    file = PNG_SIGNATURE + header_chunk(96, 72) + chunk(b"IDAT", packed) + chunk(b"IEND")
    assert refusal(opened, file).code == code


@pytest.mark.parametrize("pillow_format", ["PNG", "JPEG", "WEBP"])
def test_it_refuses_pixels_cut_short_anywhere(opened, pillow_format):
    whole = saved(colours(), pillow_format)
    for length in range(100, len(whole), len(whole) // 12):
        assert refusal(opened, whole[:length]).code == "truncated"


def test_it_refuses_a_jpeg_without_its_tables(opened):
    tables_missing = saved(colours(), "JPEG").replace(b"\xff\xdb", b"\xff\xfe")
    assert refusal(opened, tables_missing).code == "unreadable"


def test_it_refuses_a_header_that_pillow_does_not_know(opened):
    refused = refusal(opened, png(colours(), 8, 5))
    assert refused.code == "unreadable"
    assert "its header cannot be understood" in refused.message


def test_it_refuses_broken_webp_data(opened):
    whole = bytearray(saved(colours(), "WEBP"))
    whole[30:] = b"\xff" * (len(whole) - 30)
    assert refusal(opened, bytes(whole)).code == "unreadable"


def test_it_refuses_12_bit_jpeg(opened):
    jpeg = saved(colours(), "JPEG")
    header = jpeg.index(b"\xff\xc0")
    refused = refusal(opened, jpeg[: header + 4] + b"\x0c" + jpeg[header + 5 :])
    assert refused.code == "unreadable"
    assert "12-bit" in refused.message


def test_it_refuses_a_file_that_gives_two_sizes(opened):
    whole = png(colours(), 8, 2, header_chunk(96, 9000))
    refused = refusal(opened, whole)
    assert refused.code == "unreadable"
    assert "two different sizes" in refused.message


def test_it_refuses_a_webp_whose_canvas_is_not_its_picture(opened):
    extended = bytearray(saved(np.dstack([colours(), colours()[..., 0]]), "WEBP", xmp=b"<x/>"))
    extended[24] += 1
    assert refusal(opened, bytes(extended)).code == "unreadable"
