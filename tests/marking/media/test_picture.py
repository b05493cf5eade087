"""Decoding by value: depth, colour model, transparency, orientation, texts."""

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, ImageOps

from marking.media import Limits, MediaType, open_picture
from marking.media.structure import MAX_XMP_BYTES
from tests.marking.media.picture_files import (
    chunk,
    colours,
    exif,
    png,
    refusal,
    saved,
    segment,
    with_segments,
)

XMP = b"XML:com.adobe.xmp\0"


def test_it_gives_the_exact_pixels_of_a_lossless_file(opened):
    for content in (saved(colours(), "PNG"), saved(colours(), "WEBP", lossless=True)):
        picture = opened(content)
        np.testing.assert_array_equal(picture.rgb, colours())
        assert (picture.alpha, picture.icc_profile, picture.xmp, picture.notes) == (None, None, None, ())
        assert picture.rgb.dtype == np.uint8
        assert picture.rgb.flags.c_contiguous
        assert not picture.rgb.flags.writeable


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("lossless", [True, False])
def test_it_tells_a_lossless_webp(tmp_path: Path, frames: int, lossless: bool) -> None:
    path = tmp_path / "picture.webp"
    first, *later = (Image.fromarray(np.roll(colours(), step, axis=1)) for step in range(frames))
    first.save(path, save_all=frames > 1, append_images=later, lossless=lossless)
    picture = open_picture(path, Limits(), every_frame=True)
    assert len(picture.frames) == frames
    assert picture.is_lossless_webp == lossless


def test_it_gives_a_jpeg_as_pillow_decodes_it(opened):
    content = saved(colours(), "JPEG", quality=90)
    picture = opened(content)
    np.testing.assert_array_equal(picture.rgb, np.asarray(Image.open(io.BytesIO(content))))
    assert picture.media_type is MediaType.JPEG


# 16-bit samples and their high bytes
DEEP = np.array([0, 1, 255, 256, 257, 32767, 32768, 65279, 65280, 65535], ">u2")
HIGH = [0, 0, 0, 1, 1, 127, 128, 254, 255, 255]


def test_it_scales_16_bit_colour_instead_of_clipping(opened):
    picture = opened(png(np.repeat(DEEP[None, :, None], 3, axis=2), 16, 2))
    assert picture.rgb[0, :, 0].tolist() == HIGH
    assert picture.notes == ("16_bit",)


def test_it_scales_16_bit_grey_instead_of_clipping(opened):
    picture = opened(png(DEEP[None], 16, 0))
    assert picture.rgb[0].tolist() == [[value] * 3 for value in HIGH]
    assert picture.notes == ("16_bit", "grey")


@pytest.mark.parametrize(("colour_type", "samples"), [(4, 2), (6, 4)])
def test_it_scales_16_bit_alpha_as_well(opened, colour_type, samples):
    picture = opened(png(np.repeat(DEEP[None, :, None], samples, axis=2), 16, colour_type))
    assert picture.rgb[0, :, 0].tolist() == HIGH
    assert picture.alpha[0].tolist() == HIGH


@pytest.mark.parametrize(
    ("bit_depth", "expected"),
    [(1, [0, 0, 0, 255, 255, 0, 255, 255]), (2, [0, 85, 170, 255]), (4, [17, 187]), (8, [27])],
)
def test_it_spreads_few_grey_levels_over_all_of_them(opened, bit_depth, expected):
    rows = np.full((1, 1), 0b00011011, np.uint8)
    picture = opened(png(rows, bit_depth, 0, width=8 // bit_depth))
    assert picture.rgb[0, :, 2].tolist() == expected
    assert picture.notes == ("grey",)


@pytest.mark.parametrize(
    ("bit_depth", "key", "alpha"),
    [(1, 3, [255, 255, 255, 0, 0, 255, 0, 0]), (2, 1, [255, 0, 255, 255]), (4, 11, [255, 0]), (8, 27, [0])],
)
def test_it_makes_the_one_transparent_grey_transparent(opened, bit_depth, key, alpha):
    rows = np.full((1, 1), 0b00011011, np.uint8)
    picture = opened(png(rows, bit_depth, 0, chunk(b"tRNS", struct.pack(">H", key)), width=8 // bit_depth))
    assert picture.alpha[0].tolist() == alpha
    assert picture.notes == ("grey", "transparent_colour")


def test_it_makes_the_one_transparent_colour_transparent(opened):
    rgb = np.array([[[1, 2, 3], [1, 2, 4], [1, 2, 3]]], np.uint8)
    key = chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))
    assert opened(png(rgb, 8, 2, key)).alpha[0].tolist() == [0, 255, 0]
    deep = rgb.astype(">u2") * 257
    deep_key = chunk(b"tRNS", struct.pack(">3H", 257, 514, 771))
    assert opened(png(deep, 16, 2, deep_key)).alpha[0].tolist() == [0, 255, 0]


def test_it_ignores_a_transparent_colour_of_the_wrong_length(opened):
    picture = opened(png(colours(), 8, 2, chunk(b"tRNS", b"\0")))
    assert (picture.alpha, picture.notes) == (None, ())
    np.testing.assert_array_equal(picture.rgb, colours())


@pytest.mark.parametrize("transparency", [None, b"\x00\x80\xff"])
def test_it_looks_palette_colours_up(opened, transparency):
    indices = np.array([[0, 1, 2, 1]], np.uint8)
    palette = chunk(b"PLTE", bytes((255, 0, 0, 0, 255, 0, 0, 0, 255)))
    extra = [palette] + ([chunk(b"tRNS", transparency)] if transparency else [])
    picture = opened(png(indices, 8, 3, *extra))
    assert picture.rgb[0].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 255, 0]]
    assert picture.notes == ("palette",)
    if transparency:
        assert picture.alpha[0].tolist() == [0, 128, 255, 128]
    else:
        assert picture.alpha is None


def test_it_keeps_alpha_and_the_colours_below_it(opened):
    rgba = np.dstack([colours(), colours()[..., 1]])
    picture = opened(saved(rgba, "PNG"))
    np.testing.assert_array_equal(np.dstack([picture.rgb, picture.alpha]), rgba)
    assert picture.alpha.flags.c_contiguous


def test_it_parts_grey_from_its_alpha(opened):
    grey_alpha = np.array([[[10, 0], [20, 128], [30, 255]]], np.uint8)
    picture = opened(png(grey_alpha, 8, 4))
    assert picture.rgb[0].tolist() == [[10] * 3, [20] * 3, [30] * 3]
    assert picture.alpha[0].tolist() == [0, 128, 255]


def test_it_drops_alpha_that_hides_nothing(opened):
    rgba = np.dstack([colours(), np.full(colours().shape[:2], 255, np.uint8)])
    assert opened(saved(rgba, "PNG")).alpha is None
    assert opened(saved(rgba, "WEBP", lossless=True)).alpha is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_turns_pictures_upright_as_pillow_does(opened, orientation):
    block = exif(orientation)
    expected = Image.fromarray(np.dstack([colours(), colours()[..., 0]]))
    expected.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(expected))
    rgba = np.dstack([colours(), colours()[..., 0]])
    picture = opened(png(rgba, 8, 6, chunk(b"eXIf", block)))
    np.testing.assert_array_equal(np.dstack([picture.rgb, picture.alpha]), expected)
    assert picture.rgb.flags.c_contiguous
    assert picture.notes == (() if orientation == 1 else ("orientation",))


def test_it_turns_a_phone_jpeg_upright(opened):
    content = with_segments(saved(colours(), "JPEG", quality=95), segment(0xE1, b"Exif\0\0" + exif(6, ">")))
    reference = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))))
    np.testing.assert_array_equal(opened(content).rgb, reference)


@pytest.mark.parametrize("name", ["picture.jpg", "picture.exe", "picture"])
def test_it_goes_by_content_whatever_the_name(opened, name):
    assert opened(saved(colours(), "PNG"), name).media_type is MediaType.PNG


@pytest.mark.parametrize(
    "tail", [b"PK\x03\x04" + bytes(200), b"<html><script>alert(1)</script>", b"\xff\xd8\xff\xd9"]
)
@pytest.mark.parametrize("pillow_format", ["PNG", "JPEG", "WEBP"])
def test_it_reads_a_polyglot_as_the_picture_that_it_is(opened, pillow_format, tail):
    content = saved(colours(), pillow_format)
    np.testing.assert_array_equal(opened(content + tail).rgb, opened(content).rgb)


def test_it_reads_the_first_of_several_pictures_in_a_jpeg(opened):
    jpeg = saved(colours(), "JPEG")
    index = segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + bytes(60))
    second = saved(255 - colours(), "JPEG")
    np.testing.assert_array_equal(opened(with_segments(jpeg, index) + second).rgb, opened(jpeg).rgb)


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"iTXt", b"c\0\1\0\0\0" + zlib.compress(bytes(40 * 2**20), 9)),
        chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(10 * 2**20), 9)),
        chunk(b"tEXt", b"prompt\0" + bytes(10 * 2**20)),
        chunk(b"iTXt", XMP + b"\1\0\0\0" + zlib.compress(bytes(MAX_XMP_BYTES + 1), 9)),
        chunk(b"iTXt", XMP + b"\0\0\0\0" + bytes(MAX_XMP_BYTES + 1)),
        chunk(b"iTXt", XMP + b"\1\0\0\0not zlib"),
    ],
    ids=["packed iTXt", "zTXt", "plain text", "packed XMP", "plain XMP", "broken XMP"],
)
def test_it_never_unpacks_text_bombs(opened, text):
    picture = opened(png(colours(), 8, 2, text))
    np.testing.assert_array_equal(picture.rgb, colours())
    assert picture.xmp is None


def test_it_hands_on_the_xmp_packet(opened):
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    files = [
        png(
            colours(),
            8,
            2,
            chunk(b"iTXt", b"Other\0\0\0\0\0text"),
            chunk(b"iTXt", XMP + b"\0\0\0\0" + packet),
        ),
        png(colours(), 8, 2, chunk(b"iTXt", XMP + b"\1\0\0\0" + zlib.compress(packet))),
        with_segments(saved(colours(), "JPEG"), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)),
        saved(colours(), "WEBP", xmp=packet),
    ]
    assert [opened(file).xmp for file in files] == [packet] * 4


def test_it_opens_small_pictures_and_keeps_to_the_other_limits(opened):
    assert opened(saved(np.full((1, 1, 3), 7, np.uint8), "PNG")).rgb.tolist() == [[[7, 7, 7]]]
    assert refusal(opened, saved(colours(), "PNG"), limits=Limits(pixels=1000)).code == "too_many_pixels"
    assert refusal(opened, b"").code == "empty_file"


def test_it_never_lets_pillow_fill_in_missing_rows():
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_it_leaves_no_file_open(opened):
    before = len(os.listdir("/proc/self/fd"))
    opened(saved(colours(), "PNG"))
    refusal(opened, b"nothing known")
    assert len(os.listdir("/proc/self/fd")) == before
