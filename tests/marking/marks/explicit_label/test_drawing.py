"""draw: the visible label."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.marks.explicit_label import Corner, Placement, Wording, draw, draw_with_alpha
from marking.marks.explicit_label.lettering import ink
from marking.marks.explicit_label.plate import plate_coverage

Picture = NDArray[np.uint8]
CORNERS = list(Corner)
WORDINGS = list(Wording)

BACKGROUNDS = {
    "white": np.full((240, 320, 3), 255, np.uint8),
    "black": np.zeros((240, 320, 3), np.uint8),
    "red": np.full((240, 320, 3), (255, 0, 0), np.uint8),
    "yellow": np.full((240, 320, 3), (255, 255, 0), np.uint8),
    "mid-grey": np.full((240, 320, 3), 128, np.uint8),
    "noise": np.random.default_rng(4).integers(0, 256, (240, 320, 3), dtype=np.uint8),
}


def grey(width: int, height: int) -> Picture:
    return np.full((height, width, 3), 128, np.uint8)


def plate_of(picture: Picture, placement: Placement) -> Picture:
    x, y, width, height = placement.box
    return picture[y : y + height, x : x + width]


def relative_luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """WCAG 2.2, "relative luminance"."""
    channel = pixels.astype(np.float64) / 255
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_it_is_legible_on_any_background(background: str, wording: Wording) -> None:
    labelled, placement = draw(BACKGROUNDS[background], wording)

    plate = plate_of(labelled, placement)
    coverage = plate_coverage(placement.lines, placement.glyph_height)
    luminance = relative_luminance(plate)
    lightest_plate, darkest_ink = luminance[coverage == 0].max(), luminance[coverage == 255].min()
    assert (coverage == 255).any()
    assert (darkest_ink + 0.05) / (lightest_plate + 0.05) >= 4.5


@given(
    width=st.integers(64, 900),
    height=st.integers(64, 900),
    wording=st.sampled_from(WORDINGS),
    corner=st.sampled_from(CORNERS),
)
@settings(max_examples=40, deadline=None)
def test_it_fits_any_picture_at_five_percent(
    width: int, height: int, wording: Wording, corner: Corner
) -> None:
    labelled, placement = draw(grey(width, height), wording, corner=corner)

    x, y, box_width, box_height = placement.box
    assert 0 <= x <= width - box_width
    assert 0 <= y <= height - box_height
    assert placement.glyph_height >= 0.05 * min(width, height)
    assert labelled.shape == (height, width, 3)


@pytest.mark.parametrize(
    "size", [(64, 4000), (4000, 64), (64, 64), (65, 1000), (90, 2000), (128, 128), (181, 181)]
)
@pytest.mark.parametrize("wording", WORDINGS)
def test_it_fits_narrow_pictures_legibly(wording: Wording, size: tuple[int, int]) -> None:
    labelled, placement = draw(grey(*size), wording)

    assert placement.glyph_height >= 8
    assert placement.glyph_height >= 0.05 * min(size)
    assert plate_of(labelled, placement).shape[:2] == placement.box[:1:-1]


def test_it_measures_the_ink_it_reports() -> None:
    labelled, placement = draw(np.zeros((400, 700, 3), np.uint8), Wording.CHINESE)

    capitals = plate_of(labelled, placement)[:, : placement.box[2] // 3, 0]  # before the Chinese characters
    inked_rows = (capitals >= 128).any(axis=1)
    assert np.count_nonzero(inked_rows) == placement.glyph_height == 20


@pytest.mark.parametrize("corner", CORNERS)
def test_it_stands_at_its_corner(corner: Corner) -> None:
    _, placement = draw(grey(400, 300), Wording.CHINESE, corner=corner)

    x, y, width, height = placement.box
    assert (x < 0.05 * 300) == (corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT))
    assert (400 - x - width < 0.05 * 300) == (corner in (Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT))
    assert (y < 0.05 * 300) == (corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT))
    assert (300 - y - height < 0.05 * 300) == (corner in (Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT))


def test_it_changes_only_the_plate_and_a_copy() -> None:
    picture = BACKGROUNDS["noise"].copy()

    labelled, placement = draw(picture, Wording.BOTH)

    assert np.array_equal(picture, BACKGROUNDS["noise"])
    plate_of(labelled, placement)[:] = plate_of(picture, placement)
    assert np.array_equal(labelled, picture)


def test_it_stacks_the_words_when_one_line_is_too_wide() -> None:
    _, placement = draw(grey(64, 400), Wording.BOTH)

    assert placement.lines == ("AI生成", "AI-", "generated")


def test_it_stacks_chinese_in_a_very_small_picture() -> None:
    assert draw(grey(36, 200), Wording.CHINESE)[1].lines == ("AI", "生成")
    assert draw(grey(22, 200), Wording.CHINESE)[1].lines == ("AI", "生", "成")


def test_it_refuses_a_picture_without_room() -> None:
    with pytest.raises(ValueError, match="found 12 x 90 pixels"):
        draw(grey(12, 90), Wording.BOTH)


@pytest.mark.parametrize(
    "bad", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9, 3))]
)
def test_it_refuses_other_arrays(bad: Picture) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels of shape"):
        draw(bad, Wording.CHINESE)


def test_it_makes_the_plate_opaque() -> None:
    alpha = np.zeros((120, 200), np.uint8)

    labelled, opaque, placement = draw_with_alpha(grey(200, 120), alpha, Wording.CHINESE)

    x, y, width, height = placement.box
    assert (opaque[y : y + height, x : x + width] == 255).all()
    assert np.count_nonzero(opaque) == width * height
    assert not alpha.any()
    assert np.array_equal(labelled, draw(grey(200, 120), Wording.CHINESE)[0])


def test_it_refuses_an_alpha_of_another_size() -> None:
    with pytest.raises(ValueError, match="expected uint8 alpha of shape"):
        draw_with_alpha(grey(200, 120), np.zeros((120, 199), np.uint8), Wording.CHINESE)


def test_it_draws_the_same_pixels_twice() -> None:
    first, _ = draw(BACKGROUNDS["noise"], Wording.BOTH)
    ink.cache_clear()
    second, _ = draw(BACKGROUNDS["noise"], Wording.BOTH)

    assert np.array_equal(first, second)
