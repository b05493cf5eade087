"""Decoding by value: colour profiles and CMYK."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.marking.media.picture_files import (
    SRGB,
    chunk,
    colourless_cmyk_profile,
    colours,
    grey_profile,
    png,
    saved,
    segment,
    with_segments,
)


@pytest.mark.parametrize("pillow_format", ["PNG", "JPEG", "WEBP"])
def test_it_keeps_an_rgb_profile_and_touches_no_value(opened, pillow_format):
    settings = {"lossless": True} if pillow_format == "WEBP" else {}
    plain = opened(saved(colours(), pillow_format, **settings))
    picture = opened(saved(colours(), pillow_format, icc_profile=SRGB, **settings))
    assert picture.icc_profile == SRGB
    np.testing.assert_array_equal(picture.rgb, plain.rgb)
    assert picture.notes == ()


def test_it_joins_a_profile_from_unordered_jpeg_segments(opened):
    def part(number: int, body: bytes) -> bytes:
        return segment(0xE2, b"ICC_PROFILE\0" + bytes((number, 2)) + body)

    jpeg = saved(colours(), "JPEG")
    both = with_segments(jpeg, part(2, SRGB[300:]), part(1, SRGB[:300]))
    assert opened(both).icc_profile == SRGB
    assert opened(with_segments(jpeg, part(1, SRGB[:300]))).icc_profile is None
    assert opened(with_segments(jpeg, *[part(1, b"")] * 256)).icc_profile is None


@pytest.mark.parametrize(
    "profile",
    [b"junk" * 40, SRGB[:200], colourless_cmyk_profile(), b"", SRGB.replace(b"RGB ", b"\xe8\xffB ", 1)],
    ids=["junk", "cut", "cmyk", "empty", "space that is no word"],
)
def test_it_drops_a_profile_that_is_broken_or_not_for_rgb(opened, profile):
    picture = opened(png(colours(), 8, 2, chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))))
    assert (picture.icc_profile, picture.notes) == (None, ("icc_dropped",))
    np.testing.assert_array_equal(picture.rgb, colours())


@pytest.mark.parametrize("packed", [b"", b"not zlib", zlib.compress(SRGB)[:-9]])
def test_it_takes_a_profile_that_does_not_unpack_as_none(opened, packed):
    picture = opened(png(colours(), 8, 2, chunk(b"iCCP", b"p\0\0" + packed)))
    assert (picture.icc_profile, picture.notes) == (None, ())


def test_it_converts_grey_through_a_grey_profile(opened):
    grey = np.arange(256, dtype=np.uint8)[None]
    linear = chunk(b"iCCP", b"p\0\0" + zlib.compress(grey_profile(1.0)))
    picture = opened(png(grey, 8, 0, linear))
    assert (picture.icc_profile, picture.notes) == (None, ("grey", "icc_converted"))
    # IEC 61966-2-1: linear 0.5 is 188 in sRGB
    assert abs(int(picture.rgb[0, 128, 0]) - 188) <= 1
    assert picture.rgb[0, 255].tolist() == [255, 255, 255]


def test_it_keeps_grey_values_under_an_rgb_profile(opened):
    grey = np.arange(256, dtype=np.uint8)[None]
    picture = opened(png(grey, 8, 0, chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB))))
    assert picture.icc_profile == SRGB
    np.testing.assert_array_equal(picture.rgb[0, :, 1], grey[0])


def cmyk_jpeg(ink: tuple[int, int, int, int], **settings) -> bytes:
    file = io.BytesIO()
    Image.new("CMYK", (80, 80), ink).save(file, "JPEG", quality=100, **settings)
    return file.getvalue()


def test_it_converts_cmyk_without_a_profile(opened):
    picture = opened(cmyk_jpeg((255, 0, 0, 0)))
    assert picture.notes == ("cmyk",)
    assert np.abs(picture.rgb.astype(int) - (0, 255, 255)).max() <= 3


def test_it_converts_cmyk_through_its_profile(opened):
    picture = opened(cmyk_jpeg((255, 0, 0, 0), icc_profile=colourless_cmyk_profile()))
    assert (picture.icc_profile, picture.notes) == (None, ("cmyk", "icc_converted"))
    # L* 66.7 is 162 in sRGB (CIE 15 and IEC 61966-2-1)
    assert np.abs(picture.rgb.astype(int) - 162).max() <= 3
    white = opened(cmyk_jpeg((0, 0, 0, 0), icc_profile=colourless_cmyk_profile()))
    assert white.rgb.min() >= 253


def test_it_converts_adobe_ycck_as_cmyk(opened):
    """Adobe's APP14 with transform 2 says that C, M, Y were turned into Y, Cb, Cr."""
    jpeg = cmyk_jpeg((255, 0, 0, 0))
    assert b"Adobe" in jpeg
    transform = jpeg.index(b"Adobe") + 11
    ycck = jpeg[:transform] + b"\2" + jpeg[transform + 1 :]
    reference = np.asarray(Image.open(io.BytesIO(ycck)).convert("RGB"))
    np.testing.assert_array_equal(opened(ycck).rgb, reference)
    assert not np.array_equal(reference, opened(jpeg).rgb)


@pytest.mark.parametrize(
    "profile",
    [b"junk" * 40, SRGB, colourless_cmyk_profile().replace(b"A2B0", b"none")],
    ids=["broken", "for rgb", "without its table"],
)
def test_it_converts_cmyk_plainly_when_the_profile_does_not_serve(opened, profile):
    picture = opened(cmyk_jpeg((0, 255, 0, 0), icc_profile=profile))
    assert picture.notes == ("cmyk", "icc_dropped")
    assert np.abs(picture.rgb.astype(int) - (255, 0, 255)).max() <= 3
