"""Looking at a file that was cut off …"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.media import Limits, Refused, open_cut_off, open_picture, read_header
from marking.media.mending import mended
from tests.marking.media.picture_files import chunk, colours, header_chunk, saved

PIXELS = colours()
FILES = {
    "PNG": saved(PIXELS, "PNG"),
    "JPEG": saved(PIXELS, "JPEG", quality=95),
    "WEBP": saved(PIXELS, "WEBP", quality=90),
    "GIF": saved(PIXELS, "GIF"),
    "TIFF": saved(PIXELS, "TIFF"),
}


def cut(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("kind", "lost"), [("PNG", 1), ("PNG", 20), ("JPEG", 2), ("WEBP", 1), ("GIF", 1)])
def test_it_sees_what_the_whole_file_shows_where_only_the_end_is_missing(
    kind: str, lost: int, tmp_path: Path
) -> None:
    whole = open_picture(cut(FILES[kind], tmp_path / "whole"), Limits()).rgb
    path = cut(FILES[kind][:-lost], tmp_path / "cut")
    with pytest.raises(Refused, match="too early"):
        open_picture(path, Limits())
    seen = open_cut_off(path, Limits()).rgb
    assert np.abs(seen[:-16].astype(int) - whole[:-16]).max() <= 2
    assert read_header(path, Limits(), mends=True).frames == 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_it_sees_the_half_of_which_there_is_data(kind: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 96, 3), np.uint8)
    data = saved(noise, kind)
    whole = open_picture(cut(data, tmp_path / "whole"), Limits()).rgb
    seen = open_cut_off(cut(data[: 3 * len(data) // 4], tmp_path / "cut"), Limits()).rgb
    assert seen.shape == whole.shape
    np.testing.assert_array_equal(seen[:40], whole[:40])


def test_it_fills_an_interlaced_picture_and_one_with_an_end_but_no_rows(tmp_path: Path) -> None:
    empty = FILES["PNG"][:8] + header_chunk(5, 7) + chunk(b"IDAT", b"\x78\x9c") + chunk(b"IEND")
    assert open_cut_off(cut(empty, tmp_path / "empty"), Limits()).rgb.max() == 0
    interlaced = bytearray(empty)
    interlaced[8:33] = chunk(b"IHDR", header_chunk(5, 7)[8:20] + b"\1")
    assert open_cut_off(cut(bytes(interlaced), tmp_path / "interlaced"), Limits()).rgb.shape == (7, 5, 3)


def test_it_refuses_as_before_what_cannot_be_mended(tmp_path: Path) -> None:
    for data in (FILES["TIFF"][:200], FILES["PNG"][:30], FILES["JPEG"][:100], FILES["GIF"][:-40]):
        with pytest.raises(Refused, match="too early"):
            open_cut_off(cut(data, tmp_path / "cut"), Limits())


def test_it_adds_nothing_beyond_the_limits_nor_to_what_does_not_unpack() -> None:
    huge = FILES["PNG"][:8] + header_chunk(60_000, 60_000) + chunk(b"IDAT", b"\x78\x9c")
    broken = FILES["PNG"][:8] + header_chunk(8, 8) + chunk(b"IDAT", b"no zlib")
    long = b"RIFF\xff\xff\xff\x7fWEBP"
    for data in (huge, broken, long, b"RIFF", b""):
        assert mended(data, most_pixels=10**6, most_bytes=10**6) == data


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 5000))
def test_it_gives_a_picture_of_the_same_size_or_refuses(
    tmp_path_factory: pytest.TempPathFactory, kind: str, length: int
) -> None:
    path = cut(FILES[kind][: length + 1], tmp_path_factory.mktemp("cut") / "file")
    try:
        seen = open_cut_off(path, Limits())
    except Refused:
        return
    assert seen.rgb.shape == PIXELS.shape
