"""TIFF files: depth, colour, orientation, pages, damage."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.media import Limits, Picture, Refused, open_picture
from marking.media.tiff import read_tiff
from tests.marking.media.picture_files import SRGB, colourless_cmyk_profile, colours, saved
from tests.marking.media.tiff_files import LONG, SHORT, directory, tiff

GREY = colours()[..., 0]
DEEP = np.tile(np.array([0, 255, 256, 32767, 32768, 65280, 65535, 1], np.uint16), (70, 10))
Open = Callable[[bytes], Picture]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def read(content: bytes) -> Picture:
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return open_picture(path, Limits(), every_frame=True)

    return read


def image(mode: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(colours()).convert(mode).save(file, "TIFF", **options)
    return file.getvalue()


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_tiff(content)
    return caught.value


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd"])
def test_it_gives_the_exact_pixels(opened: Open, compression: str | None) -> None:
    picture = opened(image("RGB", compression=compression))
    np.testing.assert_array_equal(picture.rgb, colours())
    assert (picture.alpha, picture.notes) == (None, ())


def test_it_reads_jpeg_in_tiff_as_pillow_does(opened: Open) -> None:
    content = image("RGB", compression="jpeg", quality=95)
    with Image.open(io.BytesIO(content)) as reference:
        np.testing.assert_array_equal(opened(content).rgb, np.asarray(reference.convert("RGB")))


@pytest.mark.parametrize("order", ["<", ">"])
def test_it_scales_16_bit_grey_instead_of_clipping(opened: Open, order: str) -> None:
    picture = opened(tiff(DEEP, order=order))
    assert picture.rgb[0, :8, 0].tolist() == [0, 0, 1, 127, 128, 255, 255, 0]
    assert picture.notes == ("16_bit", "grey")


def test_it_turns_grey_upside_down_where_white_is_zero(opened: Open) -> None:
    np.testing.assert_array_equal(opened(tiff(GREY, {262: (SHORT, 0)})).rgb[..., 0], 255 - GREY)


@pytest.mark.parametrize(("mode", "notes"), [("L", ("grey",)), ("1", ("grey",)), ("P", ("palette",))])
def test_it_says_what_it_converted(opened: Open, mode: str, notes: tuple[str, ...]) -> None:
    content = image(mode)
    with Image.open(io.BytesIO(content)) as reference:
        np.testing.assert_array_equal(opened(content).rgb, np.asarray(reference.convert("RGB")))
    assert opened(content).notes == notes


def test_it_keeps_alpha_and_profile(opened: Open) -> None:
    rgba = np.dstack([colours(), GREY])
    picture = opened(saved(rgba, "TIFF", icc_profile=SRGB))
    assert picture.alpha is not None
    np.testing.assert_array_equal(picture.alpha, GREY)
    assert picture.icc_profile == SRGB


def test_it_converts_cmyk_through_its_profile(opened: Open) -> None:
    picture = opened(image("CMYK", icc_profile=colourless_cmyk_profile()))
    assert (picture.icc_profile, picture.notes) == (None, ("cmyk", "icc_converted"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_once(opened: Open, orientation: int) -> None:
    stored = colours()
    turned = stored.swapaxes(0, 1) if orientation > 4 else stored
    turned = turned[::-1] if orientation in (3, 4, 7, 8) else turned
    turned = turned[:, ::-1] if orientation in (2, 3, 6, 7) else turned
    picture = opened(image("RGB", tiffinfo={274: orientation}))
    np.testing.assert_array_equal(picture.rgb, turned)
    assert picture.notes == (() if orientation == 1 else ("orientation",))


def test_it_hands_on_the_packet(opened: Open) -> None:
    assert opened(image("RGB", tiffinfo={700: b"<x:xmpmeta/>"})).xmp == b"<x:xmpmeta/>"
    assert read_tiff(tiff(GREY, {700: (LONG, 2**31)})).xmp is not None  # four bytes in the entry itself


def test_it_refuses_several_pages() -> None:
    file = io.BytesIO()
    pages = [Image.fromarray(colours()) for _ in range(3)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    refused = refusal(file.getvalue())
    assert (refused.code, refused.details) == ("several_pages", {"pages": 3})


@pytest.mark.parametrize("kind", [1, 4], ids=["smaller version", "mask"])
def test_it_leaves_aside_what_is_no_page(kind: int) -> None:
    first = tiff(GREY)
    more = tiff(GREY, {254: (LONG, kind)})[8 + GREY.size :]
    linked = first[:-4] + struct.pack("<I", len(first)) + more
    assert read_tiff(linked).width == 96


def test_a_circle_of_directories_ends() -> None:
    content = tiff(GREY)
    (start,) = struct.unpack_from("<I", content, 4)
    assert read_tiff(content[:-4] + struct.pack("<I", start)).frames == 1


def test_it_refuses_directories_that_are_work_in_themselves() -> None:
    entries = bytearray(struct.pack("<H", 60_000))
    entries += b"".join(struct.pack("<HHII", tag, 3, 1, 1) for tag in range(60_000))
    second = len(b"II*\0....") + len(entries) + 4
    content = b"II*\0" + struct.pack("<I", 8) + entries + struct.pack("<I", second) + entries + bytes(4)
    assert "more than 65536 parts" in refusal(content).message


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({339: (SHORT, 3)}, "whole numbers"),
        ({339: (SHORT, 2)}, "whole numbers"),
        ({258: (SHORT, 32)}, "whole numbers"),
        ({258: (SHORT, 12)}, "whole numbers"),
        ({262: (SHORT, 8)}, "grey, RGB"),
        ({262: (SHORT, 32_803)}, "grey, RGB"),
        ({254: (LONG, 1)}, "camera"),
        ({0xC612: (LONG, 1)}, "camera"),
    ],
)
def test_it_refuses_what_viewers_do_not_agree_on(entries: dict[int, tuple[int, int]], reason: str) -> None:
    refused = refusal(tiff(GREY, entries))
    assert (refused.code, refused.details["format"]) == ("unsupported_variant", "TIFF")
    assert reason in refused.message


def test_it_refuses_colours_that_pillow_knows_and_we_do_not(opened: Open) -> None:
    content = image("RGB")
    lab = content.replace(struct.pack("<HHIHH", 262, 3, 1, 2, 0), struct.pack("<HHIHH", 262, 3, 1, 8, 0))
    with pytest.raises(Refused) as caught:
        opened(lab)
    assert caught.value.code == "unsupported_variant"


@pytest.mark.parametrize("content", [b"II*\0", b"II*\0\xff\xff\xff\xff", tiff(GREY)[:-1], tiff(GREY)[:-60]])
def test_it_refuses_a_file_cut_short(content: bytes) -> None:
    assert refusal(content).code == "truncated"


def test_it_refuses_a_file_without_a_picture() -> None:
    for content in (b"II*\0" + bytes(4), b"II*\0\x08\0\0\0" + directory({256: (SHORT, 9)})):
        assert refusal(content).details == {"reason": "there is no picture in it"}


def test_it_refuses_pixels_that_are_not_there(opened: Open) -> None:
    with pytest.raises(Refused) as caught:
        opened(tiff(GREY, {273: (LONG, 10**6)}))
    assert caught.value.code in {"truncated", "unreadable"}


def test_it_refuses_a_colour_profile_that_is_too_large() -> None:
    content = image("RGB", icc_profile=bytes(2**23))
    assert refusal(content).code == "metadata_too_large"


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_it_is_read_or_refused_whatever_bytes_are_changed(data: st.DataObject) -> None:
    content = bytearray(image("RGB", compression="tiff_lzw", tiffinfo={274: 6}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        read_tiff(bytes(content))
