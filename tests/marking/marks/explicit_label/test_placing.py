"""place: where the label stands, and on which plate."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.marks.explicit_label import (
    LEAST_CONTRAST,
    Corner,
    Wording,
    draw,
    draw_at,
    draw_with_alpha,
    find,
    measured_at,
    opaque_at,
    place,
)
from marking.marks.explicit_label.placing import USUAL_CORNER, cut
from marking.marks.explicit_label.plate import relative_luminance
from marking.marks.explicit_label.quietness import busyness, saliency, strokes
from tests.marking.marks.explicit_label import null_distribution as null

Picture = NDArray[np.uint8]


def plain(level: int = 140) -> Picture:
    return np.full((400, 600, 3), level, np.uint8)


def crowded(*corners: Corner) -> Picture:
    """A plain picture with a page of text in each of ``corners``, and with a figure in the middle."""
    picture = plain(200)
    cv2.circle(picture, (300, 200), 40, (90, 60, 50), -1)
    page = cv2.resize(null.pages(np.random.default_rng(7)), (280, 180))
    for corner in corners:
        rows = slice(0, 180) if corner.is_top else slice(220, 400)
        columns = slice(0, 280) if corner.is_left else slice(320, 600)
        picture[rows, columns] = page
    return picture


@pytest.mark.parametrize("free", list(Corner))
def test_it_avoids_text_where_a_corner_is_free(free: Corner) -> None:
    picture = crowded(*(corner for corner in Corner if corner is not free))

    assert place([picture], Wording.BOTH).corner is free


@pytest.mark.parametrize("picture", [plain(0), plain(255), crowded(), crowded(*Corner)])
def test_it_stands_where_readers_look_first_when_no_corner_is_clearly_quieter(picture: Picture) -> None:
    assert place([picture], Wording.CHINESE).corner is USUAL_CORNER


def test_it_avoids_what_stands_out_although_it_is_smooth() -> None:
    """A large blurred disc has no strokes; before even grain it stands out all the same."""
    grain = np.random.default_rng(5).integers(118, 138, (400, 600), dtype=np.uint8)
    disc = np.zeros((400, 600), np.float32)
    cv2.circle(disc, (520, 340), 60, 1.0, -1)
    grey = grain + 90 * cv2.GaussianBlur(disc, (0, 0), 8)
    picture = np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)

    assert place([picture], Wording.CHINESE).corner is not Corner.BOTTOM_RIGHT


@pytest.mark.parametrize("corner", list(Corner))
def test_the_owners_choice_goes_before_quietness(corner: Corner) -> None:
    assert place([crowded(corner)], Wording.ENGLISH, corner=corner).corner is corner


@pytest.mark.parametrize("covered", list(Corner))
def test_it_keeps_off_what_it_is_told_to(covered: Corner) -> None:
    x, y = (0 if covered.is_left else 400), (0 if covered.is_top else 250)
    found = place([plain()], Wording.BOTH, keep_off=[(x, y, 200, 150)])

    assert found.corner is not covered
    assert found.corner is USUAL_CORNER or covered is USUAL_CORNER


def test_it_covers_as_little_as_it_can_where_every_corner_is_taken() -> None:
    """Text stands in the one corner that covers least of a face: the face goes before the text."""
    corner = Corner.TOP_LEFT
    least = place([crowded(corner)], Wording.BOTH, corner=corner).box
    face = (least[0] + least[2] - 3, 0, 600, 400)

    assert place([crowded(corner)], Wording.BOTH, keep_off=[face, (0, 200, 600, 200)]).corner is corner
    assert (
        place([crowded(corner)], Wording.BOTH, corner=Corner.TOP_RIGHT, keep_off=[face]).corner
        is Corner.TOP_RIGHT
    )


def test_it_takes_the_place_that_is_quiet_in_all_frames_together() -> None:
    first, second = crowded(Corner.BOTTOM_RIGHT), crowded(Corner.BOTTOM_RIGHT, Corner.TOP_LEFT)
    third = crowded(Corner.BOTTOM_RIGHT, Corner.TOP_RIGHT)

    assert place([first, second, third], Wording.CHINESE).corner is Corner.BOTTOM_LEFT


def test_every_frame_gets_the_label_at_the_same_place() -> None:
    frames = [crowded(Corner.BOTTOM_RIGHT), plain(255), plain(0)]
    placement = place(frames, Wording.BOTH)

    for frame in frames:
        labelled = draw_at(frame, placement)
        found = find(labelled)
        assert found is not None
        assert abs(found.box[0] - placement.box[0]) <= 4
        assert measured_at(labelled, placement).contrast >= placement.contrast
        cut(labelled, placement.box)[:] = cut(frame, placement.box)
        assert np.array_equal(labelled, frame)


def test_drawing_is_choosing_and_drawing_there() -> None:
    picture = crowded(Corner.BOTTOM_RIGHT)
    alpha = np.full(picture.shape[:2], 255, np.uint8)

    labelled, placement = draw(picture, Wording.BOTH)
    again, opaque, same = draw_with_alpha(picture, alpha, Wording.BOTH)

    assert placement == same == place([picture], Wording.BOTH)
    assert np.array_equal(labelled, draw_at(picture, placement))
    assert np.array_equal(labelled, again)
    assert np.array_equal(opaque, opaque_at(alpha, placement))


def test_what_is_transparent_counts_as_empty() -> None:
    picture = crowded(Corner.TOP_LEFT, Corner.BOTTOM_RIGHT)
    alpha = np.full(picture.shape[:2], 255, np.uint8)
    alpha[220:, 320:] = 0

    assert draw_with_alpha(picture, alpha, Wording.CHINESE)[2].corner is Corner.BOTTOM_RIGHT
    assert draw(picture, Wording.CHINESE)[1].corner is not Corner.BOTTOM_RIGHT


@given(level=st.tuples(*[st.integers(0, 255)] * 3), wording=st.sampled_from(list(Wording)))
@settings(max_examples=25, deadline=None)
def test_its_contrast_is_measured_on_the_drawn_pixels_and_never_low(
    level: tuple[int, int, int], wording: Wording
) -> None:
    labelled, placement = draw(np.full((128, 200, 3), level, np.uint8), wording)

    luminance = relative_luminance(cut(labelled, placement.box))
    assert placement == measured_at(labelled, placement)
    assert LEAST_CONTRAST <= placement.contrast <= 21
    # A flat background: the ratio of the lightest and the darkest pixel is that of ink and plate.
    assert placement.contrast == pytest.approx((luminance.max() + 0.05) / (luminance.min() + 0.05))


def test_it_darkens_as_little_as_reading_allows() -> None:
    dark, light = place([plain(20)], Wording.BOTH), place([plain(255)], Wording.BOTH)

    assert (dark.opacity, light.opacity) == (0.65, 0.75)
    assert dark.contrast >= 12
    assert light.contrast == pytest.approx(10.4, abs=0.05)
    assert place([plain(20), plain(255)], Wording.BOTH).opacity == 0.75


def test_it_knows_the_luminances_of_wcag() -> None:
    white, black, red = (np.array([each], np.uint8) for each in ((255, 255, 255), (0, 0, 0), (255, 0, 0)))

    assert relative_luminance(white) == pytest.approx(1)
    assert relative_luminance(black) == 0
    assert relative_luminance(red) == pytest.approx(0.2126)


def test_an_empty_picture_has_no_strokes_and_stands_out_nowhere() -> None:
    flat = np.full((64, 64), 99, np.uint8)

    assert not strokes(flat).any()
    assert saliency(flat).max() < 2 * saliency(flat).min()
    assert busyness(plain(), [(0, 0, 90, 40)])[0] < 2


def test_a_box_like_the_rest_of_the_picture_counts_two() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (300, 300, 3), dtype=np.uint8)

    assert busyness(picture, [(0, 0, 300, 300)]) == pytest.approx([2])


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([], "at least one picture"),
        ([plain(), plain()[:200]], "pictures of one size"),
        ([np.zeros((9, 9), np.uint8)], "expected uint8 pixels of shape"),
    ],
)
def test_it_refuses_pictures_that_do_not_go_together(pictures: list[Picture], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        place(pictures, Wording.CHINESE)


def test_it_refuses_a_place_outside_the_picture() -> None:
    placement = place([plain()], Wording.CHINESE)

    with pytest.raises(ValueError, match="a place inside 300 x 200 pixels"):
        draw_at(plain()[:200, :300], placement)
    with pytest.raises(ValueError, match="a place inside"):
        measured_at(plain()[:200, :300], placement)
