"""GIF files: their blocks, their limits, and their frames as they are seen."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.media import Limits, MediaType, Picture, Refused, open_picture, read_header
from marking.media.gif import read_gif, take_apart
from marking.media.gif_frames import composed
from tests.marking.media.gif_files import (
    BLUE,
    GREEN,
    RED,
    Plain,
    codes,
    control,
    extension,
    gif,
    image,
    pieces,
)
from tests.marking.media.picture_files import SRGB, colours, grey_profile, saved

WHOLE = (0, 0, 80, 70)
LOOPS = extension(0xFF, b"\x0bNETSCAPE2.0\3\1\5\0\0")
Open = Callable[..., Picture]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def read(content: bytes, *, every_frame: bool = True, limits: Limits = Limits()) -> Picture:  # noqa: B008
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return open_picture(path, limits, every_frame=every_frame)

    return read


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_gif(content)
    return caught.value


def corner(picture: Picture, frame: int, x: int, y: int) -> list[int]:
    """Red, green, blue and alpha of a pixel of a frame."""
    seen = picture.frames[frame]
    alpha = 255 if seen.alpha is None else int(seen.alpha[y, x])
    return [*seen.rgb[y, x].tolist(), alpha]


def test_it_lays_a_frame_over_the_one_before(opened: Open) -> None:
    picture = opened(gif(Plain(RED, WHOLE), Plain(GREEN, (10, 10, 20, 20))))
    assert corner(picture, 0, 15, 15) == [255, 0, 0, 255]
    assert corner(picture, 1, 15, 15) == [0, 255, 0, 255]
    assert corner(picture, 1, 5, 5) == [255, 0, 0, 255]
    assert picture.alpha is None


def test_it_clears_what_is_disposed_of_to_the_background(opened: Open) -> None:
    picture = opened(gif(Plain(RED, WHOLE, disposal=2), Plain(GREEN, (10, 10, 20, 20))))
    assert corner(picture, 1, 15, 15) == [0, 255, 0, 255]
    assert corner(picture, 1, 5, 5)[3] == 0


def test_it_brings_back_what_was_there_before(opened: Open) -> None:
    picture = opened(
        gif(
            Plain(RED, WHOLE),
            Plain(GREEN, (10, 10, 20, 20), disposal=3),
            Plain(BLUE, (50, 50, 5, 5)),
        )
    )
    assert corner(picture, 1, 15, 15) == [0, 255, 0, 255]
    assert corner(picture, 2, 15, 15) == [255, 0, 0, 255]
    assert corner(picture, 2, 52, 52) == [0, 0, 255, 255]


def test_it_leaves_out_the_transparent_colour(opened: Open) -> None:
    picture = opened(gif(Plain(RED, WHOLE), Plain(GREEN, WHOLE, transparent=GREEN)))
    assert corner(picture, 1, 15, 15) == [255, 0, 0, 255]


def test_what_no_frame_covers_is_transparent(opened: Open) -> None:
    picture = opened(gif(Plain(RED, (10, 10, 20, 20))))
    assert corner(picture, 0, 5, 5)[3] == 0
    assert corner(picture, 0, 15, 15) == [255, 0, 0, 255]
    assert (picture.media_type, picture.animation) == (MediaType.GIF, None)


def test_it_takes_a_frames_own_colours(opened: Open) -> None:
    own = bytes((9, 9, 9, 7, 8, 9))
    assert corner(opened(gif(Plain(1, WHOLE, palette=own))), 0, 0, 0) == [7, 8, 9, 255]


def test_it_takes_greys_where_there_are_no_colours_and_black_beyond_them(opened: Open) -> None:
    assert corner(opened(gif(Plain(77, WHOLE), palette=b"")), 0, 0, 0) == [77, 77, 77, 255]
    assert corner(opened(gif(Plain(77, WHOLE))), 0, 0, 0) == [0, 0, 0, 255]


def test_it_reads_durations_and_loops(opened: Open) -> None:
    frames = Plain(RED, WHOLE, delay=7), Plain(GREEN, WHOLE), Plain(BLUE, WHOLE, delay=65_535)
    picture = opened(gif(*frames, extra=LOOPS))
    assert picture.animation is not None
    assert picture.animation.loops == 5
    assert [frame.milliseconds for frame in picture.frames] == [70, 0, 655_350]
    without = opened(gif(*frames)).animation
    assert without is not None
    assert without.loops is None


def test_it_takes_the_first_frame_alone_unless_asked(opened: Open) -> None:
    picture = opened(gif(Plain(RED, WHOLE), Plain(GREEN, WHOLE)), every_frame=False)
    assert (picture.animation, corner(picture, 0, 0, 0)) == (None, [255, 0, 0, 255])


@pytest.mark.parametrize("interlace", [0, 1])
def test_it_agrees_with_pillow_on_a_still(opened: Open, interlace: int) -> None:
    quantized = Image.fromarray(colours()).quantize(200)
    content = saved(np.asarray(quantized), "GIF", interlace=interlace)
    with Image.open(io.BytesIO(content)) as reference:
        expected = np.asarray(reference.convert("RGB"))
    np.testing.assert_array_equal(opened(content).rgb, expected)


def test_it_reads_the_colour_profile_and_the_packet(opened: Open) -> None:
    profile = extension(0xFF, b"\x0bICCRGBG1012" + pieces(SRGB))
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    packet = extension(0xFF, b"\x0bXMP DataXMP" + b"<x:xmpmeta/>" + trailer)
    picture = opened(gif(Plain(RED, WHOLE), extra=profile + packet))
    assert (picture.icc_profile, picture.xmp, picture.notes) == (SRGB, b"<x:xmpmeta/>", ())


def test_it_drops_a_profile_that_is_not_for_rgb(opened: Open) -> None:
    profile = extension(0xFF, b"\x0bICCRGBG1012" + pieces(grey_profile(2.2)))
    picture = opened(gif(Plain(RED, WHOLE), extra=profile))
    assert (picture.icc_profile, picture.notes) == (None, ("icc_dropped",))


def test_it_refuses_a_colour_profile_that_is_too_large() -> None:
    huge = extension(0xFF, b"\x0bICCRGBG1012" + pieces(bytes(5 * 2**20)))
    assert refusal(gif(Plain(RED, WHOLE), extra=huge)).code == "metadata_too_large"


@pytest.mark.parametrize(
    "box", [(70, 0, 20, 20), (0, 60, 20, 20), (0, 0, 0, 0), (80, 70, 1, 1)], ids=["x", "y", "empty", "behind"]
)
def test_it_refuses_frames_outside_the_picture(box: tuple[int, int, int, int]) -> None:
    x, y, width, height = box
    frame = b"," + struct.pack("<HHHHB", x, y, width, height, 0) + b"\x08\0"
    content = gif(Plain(RED, WHOLE))[:-1] + frame + b";"
    refused = refusal(content)
    assert (refused.code, "outside" in refused.message) == ("unreadable", True)


def test_it_refuses_a_file_without_a_frame() -> None:
    assert refusal(gif()).details == {"reason": "there is no picture in it"}


def test_it_refuses_a_block_that_is_none() -> None:
    assert "block was expected at byte 25" in refusal(gif(Plain(RED, WHOLE), extra=b"\x99")).message


def test_it_refuses_a_file_cut_short_anywhere() -> None:
    content = gif(Plain(RED, WHOLE), Plain(GREEN, WHOLE), extra=LOOPS)
    for length in [*range(6, 80), *range(80, len(content), 97), len(content) - 1]:
        assert refusal(content[:length]).code == "truncated"


@pytest.mark.parametrize(
    "bomb",
    [
        gif(Plain(RED, WHOLE))[:-1]
        + (control(Plain(RED, WHOLE)) + image(Plain(RED, (0, 0, 1, 1)))) * 100_000,
        gif(Plain(RED, WHOLE), extra=extension(0xFE, b"\1x" * 2_000_000 + b"\0")),
        gif(Plain(RED, WHOLE), extra=extension(0xFE, b"\0") * 70_000),
    ],
    ids=["frames of one pixel", "pieces of one byte", "empty comments"],
)
def test_it_refuses_a_file_of_endlessly_many_parts(bomb: bytes) -> None:
    refused = refusal(bomb)
    assert (refused.code, "more than" in refused.message) == ("unreadable", True)


def test_it_refuses_too_many_frames_before_it_decodes_one(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(gif(Plain(RED, WHOLE))[:-1] + image(Plain(RED, (0, 0, 1, 1))) * 400 + b";")
    with pytest.raises(Refused) as caught:
        read_header(path, Limits())
    assert (caught.value.code, caught.value.details["frames"]) == ("too_many_frames", 401)


@pytest.mark.parametrize(
    "broken",
    [b"\x08\1\xff\0", b"\x08\0", b"\x0d\4abcd\0", codes(np.zeros((3, 3), np.uint8))],
    ids=["no codes", "no data", "codes of 13 bits", "too few"],
)
def test_it_refuses_codes_that_do_not_unpack(opened: Open, broken: bytes) -> None:
    content = gif()[:-1] + b"," + struct.pack("<HHHHB", 0, 0, 80, 70, 0) + broken + b";"
    with pytest.raises(Refused) as caught:
        opened(content)
    assert caught.value.code in {"truncated", "unreadable"}


def test_its_bomb_of_codes_ends_with_the_frame(opened: Open) -> None:
    endless = np.zeros((300, 300), np.uint8)
    content = gif()[:-1] + b"," + struct.pack("<HHHHB", 0, 0, 64, 64, 0) + codes(endless) + b";"
    assert opened(content).rgb.shape == (70, 80, 3)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_it_is_taken_apart_or_refused_whatever_bytes_are_changed(data: st.DataObject) -> None:
    content = bytearray(gif(Plain(RED, (0, 0, 9, 9)), Plain(GREEN, (3, 3, 9, 9), disposal=2), extra=LOOPS))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        parts = take_apart(bytes(content))
    except Refused:
        return
    if parts.width * parts.height < 100_000:
        try:
            for pixels in composed(bytes(content), parts):
                assert pixels.shape == (parts.height, parts.width, 4)
        except (OSError, EOFError, SyntaxError, ValueError):
            return
