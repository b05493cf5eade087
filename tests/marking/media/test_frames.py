"""Animations: every frame decoded, and written again as it was seen."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.media import (
    Animation,
    Frame,
    Limits,
    MediaType,
    Picture,
    Refused,
    encode_animation,
    encode_picture,
    open_picture,
)
from marking.media.frames import decode_gif
from tests.marking.media.picture_files import SRGB, chunk, colours, exif, png, saved

ANIMATED = ["PNG", "WEBP", "GIF"]
DURATIONS = [40, 500, 120]
SHIFTED = [np.roll(colours(), shift, axis=1) for shift in (0, 20, 40)]
Open = Callable[..., Picture]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def read(content: bytes, *, every_frame: bool = True) -> Picture:
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return open_picture(path, Limits(), every_frame=every_frame)

    return read


def animated(pillow_format: str, **options: object) -> bytes:
    """Three frames; lossless where the format can be."""
    frames = [Image.fromarray(pixels) for pixels in SHIFTED]
    lossless = {"lossless": True} if pillow_format == "WEBP" else {}
    return saved(
        SHIFTED[0],
        pillow_format,
        save_all=True,
        append_images=frames[1:],
        duration=DURATIONS,
        loop=2,
        **lossless,
        **options,
    )


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP"])
def test_it_gives_every_frame_of_a_lossless_animation(opened: Open, pillow_format: str) -> None:
    picture = opened(animated(pillow_format))
    for frame, pixels in zip(picture.frames, SHIFTED, strict=True):
        np.testing.assert_array_equal(frame.rgb, pixels)
    assert [frame.milliseconds for frame in picture.frames] == DURATIONS
    assert picture.animation is not None
    assert (picture.animation.loops, picture.notes) == (2, ())


@pytest.mark.parametrize("pillow_format", ANIMATED)
def test_it_takes_the_first_frame_alone_unless_asked(opened: Open, pillow_format: str) -> None:
    picture = opened(animated(pillow_format), every_frame=False)
    assert picture.animation is None
    np.testing.assert_array_equal(picture.rgb, opened(animated(pillow_format)).frames[0].rgb)


@pytest.mark.parametrize("pillow_format", ANIMATED)
def test_it_writes_what_it_read(opened: Open, pillow_format: str) -> None:
    before = opened(animated(pillow_format))
    assert before.animation is not None
    content = encode_animation(before.animation, media_type=before.media_type, icc_profile=SRGB)
    after = opened(content)
    assert after.animation is not None
    assert after.animation.loops == before.animation.loops
    assert [frame.milliseconds for frame in after.frames] == DURATIONS
    assert after.icc_profile == SRGB
    for old, new in zip(before.frames, after.frames, strict=True):
        assert np.abs(old.rgb.astype(int) - new.rgb).mean() < 6
    with Image.open(io.BytesIO(content)) as image:
        assert (image.n_frames, image.info["loop"]) == (3, 2)


@pytest.mark.parametrize("media_type", [MediaType.PNG, MediaType.WEBP, MediaType.GIF])
def test_it_keeps_holes_in_any_frame(opened: Open, media_type: MediaType) -> None:
    holes = np.where(colours()[..., 0] < 128, 0, 255).astype(np.uint8)
    frames = Frame(SHIFTED[0], None, 100), Frame(SHIFTED[1], holes, 100), Frame(SHIFTED[2], None, 100)
    picture = opened(encode_animation(Animation(frames, None), media_type=media_type))
    alpha = picture.frames[1].alpha
    assert alpha is not None
    np.testing.assert_array_equal(alpha, holes)
    assert (picture.frames[0].alpha, picture.frames[2].alpha) == (None, None)


@pytest.mark.parametrize("media_type", [MediaType.JPEG, MediaType.TIFF, MediaType.AVIF, MediaType.HEIC])
def test_it_writes_no_animation_in_other_formats(media_type: MediaType) -> None:
    with pytest.raises(ValueError, match="expected GIF, PNG or WebP"):
        encode_animation(Animation((Frame(SHIFTED[0], None),), None), media_type=media_type)


@given(
    durations=st.lists(st.integers(0, 65_535), min_size=1, max_size=4),
    loops=st.none() | st.integers(0, 65_535),
    seed=st.integers(0, 9),
)
@settings(max_examples=25, deadline=None)
def test_a_gif_keeps_times_loops_and_holes(durations: list[int], loops: int | None, seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = tuple(
        Frame(
            random.integers(0, 256, (9, 13, 3), np.uint8),
            random.integers(0, 256, (9, 13), np.uint8),
            10 * duration,
        )
        for duration in durations
    )
    content = encode_animation(Animation(frames, loops), media_type=MediaType.GIF)
    seen = decode_gif(content, every_frame=True)
    assert seen.loops == loops
    assert [frame.milliseconds for frame in seen.frames] == [10 * duration for duration in durations]
    for old, new in zip(frames, seen.frames, strict=True):
        alpha = np.full((9, 13), 255, np.uint8) if new.alpha is None else new.alpha
        assert old.alpha is not None
        np.testing.assert_array_equal(alpha, np.where(old.alpha < 128, 0, 255))


def test_a_gif_of_few_colours_has_them_nearly() -> None:
    flat = np.zeros((80, 80, 3), np.uint8)
    flat[:40] = (250, 20, 30)
    with Image.open(io.BytesIO(encode_picture(flat, media_type=MediaType.GIF))) as image:
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - flat).max() <= 8


def test_it_turns_every_frame_upright(opened: Open) -> None:
    picture = opened(animated("WEBP", exif=exif(6)))
    for frame, pixels in zip(picture.frames, SHIFTED, strict=True):
        np.testing.assert_array_equal(frame.rgb, np.rot90(pixels, -1))
    assert picture.notes == ("orientation",)


def test_it_leaves_out_a_still_that_is_no_frame(opened: Open) -> None:
    frames = [Image.fromarray(pixels) for pixels in SHIFTED[1:]]
    content = saved(SHIFTED[0], "PNG", save_all=True, append_images=frames, default_image=True)
    picture = opened(content)
    assert len(picture.frames) == 2
    np.testing.assert_array_equal(picture.rgb, SHIFTED[1])
    assert picture.notes == ("still_dropped",)
    np.testing.assert_array_equal(opened(content, every_frame=False).rgb, SHIFTED[0])


def test_it_scales_16_bit_grey_of_an_animation(opened: Open) -> None:
    control = chunk(b"acTL", bytes((0, 0, 0, 2, 0, 0, 0, 0)))
    rows = np.full((70, 70), 0x80FF, ">u2")
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))

    def frame(number: int) -> bytes:
        sizes = b"".join(value.to_bytes(4) for value in (number, 70, 70, 0, 0))
        return chunk(b"fcTL", sizes + b"\0\x0a\0\x64\0\0")

    second = frame(1) + chunk(b"fdAT", (2).to_bytes(4) + packed)
    content = png(rows, 16, 0, control, frame(0)).replace(chunk(b"IEND"), second + chunk(b"IEND"))
    picture = opened(content)
    assert [frame.rgb.min() for frame in picture.frames] == [0x80, 0x80]


def test_it_refuses_a_second_picture_hidden_as_an_animation_of_one_frame(opened: Open) -> None:
    control = chunk(b"acTL", bytes((0, 0, 0, 1, 0, 0, 0, 0)))
    hidden = chunk(b"fdAT", bytes(4) + zlib.compress(bytes(10)))
    file = png(colours(), 8, 2, control).replace(chunk(b"IEND"), hidden + chunk(b"IEND"))
    with pytest.raises(Refused) as caught:
        opened(file)
    assert caught.value.code == "unreadable"
    np.testing.assert_array_equal(opened(file, every_frame=False).rgb, colours())


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP"])
def test_it_refuses_frames_that_do_not_decode(opened: Open, pillow_format: str) -> None:
    content = bytearray(animated(pillow_format))
    kind = {"PNG": b"fdAT", "WEBP": b"ANMF"}[pillow_format]
    start = bytes(content).rindex(kind) + 40
    content[start : start + 60] = bytes(60)
    with pytest.raises(Refused) as caught:
        opened(bytes(content))
    assert caught.value.code in {"unreadable", "truncated"}
