"""A message in the lowest bits of a PNG …"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import png
from marking.verification.generators.stealth import ALPHA_MAGIC, RGB_MAGIC, stealth_place
from tests.marking.verification.containers import hidden, png_of_pixels


def place(data: bytes) -> str:
    return stealth_place(list(png.chunks(data)))


@pytest.mark.parametrize("magic", ALPHA_MAGIC)
@pytest.mark.parametrize(("height", "width"), [(130, 9), (120, 1), (119, 2), (16, 90), (1, 160)])
def test_it_is_found_in_alpha(magic: bytes, height: int, width: int) -> None:
    assert place(png_of_pixels(hidden(magic, height=height, width=width))) == "alpha"


@pytest.mark.parametrize("magic", RGB_MAGIC)
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("height", "width"), [(130, 9), (40, 8), (7, 40)])
def test_it_is_found_in_the_colours(magic: bytes, channels: int, height: int, width: int) -> None:
    assert place(png_of_pixels(hidden(magic, height=height, width=width, channels=channels))) == "rgb"


@pytest.mark.parametrize("kind", "01234")
def test_it_is_found_behind_every_filter(kind: str) -> None:
    assert place(png_of_pixels(hidden(ALPHA_MAGIC[0]), kind)) == "alpha"


def test_there_is_none_in_noise_or_in_one_colour() -> None:
    assert place(png_of_pixels(np.zeros((130, 9, 4), np.uint8))) == ""
    assert place(png_of_pixels(hidden(b"stealth-pngcomp"))) == ""
    assert place(png_of_pixels(hidden(ALPHA_MAGIC[0])[:, :, :3].copy())) == ""
    assert place(png_of_pixels(hidden(ALPHA_MAGIC[0])[:3, :3].copy())) == ""


def header(data: bytes, at: int, value: int) -> bytes:
    """The PNG with one byte of its header changed."""
    first, *rest = png.chunks(data)
    body = first.data[:at] + bytes((value,)) + first.data[at + 1 :]
    return png.join([png.Chunk(first.type, body), *rest])


def test_other_pictures_and_broken_ones_are_left_aside() -> None:
    data = png_of_pixels(hidden(ALPHA_MAGIC[0]))
    changed = [
        header(data, 8, 16),
        header(data, 9, 3),
        header(data, 12, 1),
        header(data, 1, 255),
        header(data, 7, 0),
    ]
    broken = data.replace(b"\x78\x9c", b"\x00\x00", 1)

    assert [place(each) for each in (*changed, broken, data[:70], data[:8])] == [""] * 8


def test_of_a_cut_picture_the_beginning_is_enough() -> None:
    data = png_of_pixels(hidden(ALPHA_MAGIC[0], height=900))
    first, *parts, end = png.chunks(data)
    body = b"".join(part.data for part in parts)

    assert place(png.join([first, png.Chunk(b"IDAT", body[: len(body) // 2]), end])) == "alpha"


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=13, max_size=13), st.binary(max_size=60))
def test_it_is_looked_for_in_any_bytes_without_raising(head: bytes, body: bytes) -> None:
    assert stealth_place([png.Chunk(b"IHDR", head), png.Chunk(b"IDAT", body)]) == ""
