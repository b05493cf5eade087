"""The part of a registered picture that an upload shows..."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from marking.comparison.laying import Laid, lay
from marking.comparison.part import Part
from marking.comparison.showing import Agreement, Around, Ends, shown_part
from tests.marking.comparison.copies import HEIGHT, WIDTH, Picture, registered

WHOLE = Part.all_of((HEIGHT, WIDTH))
PART = (80, 60, 360, 250)
HERE = np.array([[1, 0, 50], [0, 1, 40], [0, 0, 1]], np.float64)
NOWHERE = np.zeros((HEIGHT, WIDTH), np.bool_)


def page(rgb: Picture, part: tuple[int, int, int, int], place: np.ndarray = HERE, room: int = 100) -> Picture:
    """The part of a picture where all of it would lie by ``place``, and paper around."""
    left, top, right, bottom = part
    x, y = int(place[0, 2]), int(place[1, 2])
    sheet = np.full((HEIGHT + room, WIDTH + room, 3), 236, np.uint8)
    sheet[y + top : y + bottom, x + left : x + right] = rgb[top:bottom, left:right]
    return sheet


def laid_on(upload: Picture, place: np.ndarray = HERE) -> Laid:
    laid = lay(upload, registered(), place, 800)
    assert laid is not None
    return laid


def first(upload: Picture, place: np.ndarray = HERE, label: np.ndarray = NOWHERE) -> Part:
    return Around.of(Ends(laid_on(upload, place), place, registered().shape), label).first


def near(part: Part, lines: tuple[int, int, int, int], by: int = 12) -> bool:
    return bool(np.abs(np.array(part.lines) - lines).max() <= by)


def test_it_is_what_was_cut_out_and_put_onto_a_page() -> None:
    assert near(first(page(registered(), PART)), PART)


def test_it_is_all_where_all_is_there() -> None:
    assert first(page(registered(), WHOLE.lines)) == WHOLE


def test_a_change_at_its_side_takes_nothing_away() -> None:
    changed = registered().copy()
    changed[60:110, 150:190] = registered(5)[60:110, 150:190]
    assert near(first(page(changed, PART)), PART)


def test_a_strip_that_was_replaced_is_a_part_of_it() -> None:
    changed = registered().copy()
    changed[:70] = registered(5)[:70]
    assert first(page(changed, WHOLE.lines)) == WHOLE


def test_a_figure_before_another_background_is_not() -> None:
    upload = page(registered(5), WHOLE.lines)
    figure = np.zeros((HEIGHT, WIDTH, 1), np.uint8)
    cv2.fillConvexPoly(figure, np.array([[200, 20], [380, 280], [20, 280]]), 1)
    place = upload[40 : 40 + HEIGHT, 50 : 50 + WIDTH]
    place[...] = np.where(figure, registered(), place)
    assert first(upload) == WHOLE


def test_the_end_need_not_be_seen() -> None:
    place = np.array([[1, 0, -30], [0, 1, -20], [0, 0, 1]], np.float64)
    sheet = np.full((HEIGHT, WIDTH, 3), 236, np.uint8)
    sheet[40:230, 50:330] = registered()[60:250, 80:360]
    laid = lay(sheet, registered(), place, 800)
    assert laid is not None
    ends = Ends(laid, place, registered().shape)
    assert ends.go_on(Part((50, 40, 330, 230)), 0) is None
    label = np.zeros(laid.valid.shape, np.bool_)
    assert Around.of(ends, label).first != Part.all_of(label.shape)


@pytest.mark.parametrize("side", range(4))
def test_a_page_goes_on_over_an_end_and_a_picture_ends_there(side: int) -> None:
    around, all_of_it = (
        Ends(laid_on(page(registered(), part)), HERE, registered().shape) for part in (PART, WHOLE.lines)
    )
    assert around.go_on(WHOLE, side) is True
    assert all_of_it.go_on(WHOLE, side) is False


def test_the_label_tells_nothing() -> None:
    changed = registered().copy()
    changed[60:90, 80:270] = 200
    label = NOWHERE.copy()
    label[55:95, 75:275] = True
    assert near(first(page(changed, PART), label=label), PART)


def agreement(agreeing: np.ndarray) -> Agreement:
    everywhere = np.ones_like(agreeing)
    return Agreement(everywhere, everywhere, agreeing)


def test_what_is_found_later_needs_an_end_that_is_seen_or_a_side_that_is_known() -> None:
    laid = laid_on(registered(), np.eye(3))
    unseen = Ends(laid, np.eye(3), registered().shape)
    right = agreement(Part((0, 0, 300, HEIGHT)).mask((HEIGHT, WIDTH)))
    assert shown_part(unseen, right, WHOLE, WHOLE) == WHOLE
    assert shown_part(unseen, right, WHOLE).lines[2] == 300
    assert shown_part(unseen, right, WHOLE, Part((0, 0, 310, HEIGHT))).lines[2] == 300
    assert shown_part(unseen, right, WHOLE, Part((0, 9, WIDTH, HEIGHT))).lines[2] == 300


def test_lines_in_which_most_does_not_agree_are_trimmed() -> None:
    agreeing = Part((0, 0, 300, HEIGHT)).mask((HEIGHT, WIDTH))
    agreeing[: HEIGHT // 3, 300:306] = True
    laid = laid_on(registered(), np.eye(3))
    found = shown_part(Ends(laid, np.eye(3), registered().shape), agreement(agreeing), WHOLE)
    assert found == Part((0, 0, 300, HEIGHT))
