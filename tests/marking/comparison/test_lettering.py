"""The letters of the explicit label..."""

from __future__ import annotations

import numpy as np
import pytest

from marking.comparison.laying import corners
from marking.comparison.lettering import erasure, quad, shown_of
from marking.marks.explicit_label import Corner, Wording
from marking.marks.explicit_label.drawing import draw
from tests.marking.comparison.copies import Picture, jpeg, registered, resized

MARKED, PLACE = draw(registered(), Wording.BOTH, corner=Corner.BOTTOM_RIGHT)
X, Y, ACROSS, DOWN = PLACE.box
HERE = np.eye(3)
WHOLE = corners(MARKED.shape)


def painted_over() -> Picture:
    upload = MARKED.copy()
    upload[Y : Y + DOWN, X : X + ACROSS] = 60
    return upload


def moved(x: float, y: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


@pytest.mark.parametrize("quality", [30, 90])
def test_they_are_there_in_a_copy(quality: int) -> None:
    assert erasure(jpeg(MARKED, quality), MARKED, HERE, PLACE.box, WHOLE) is None


def test_they_are_gone_under_paint() -> None:
    sure = erasure(jpeg(painted_over(), 80), MARKED, HERE, PLACE.box, WHOLE)
    assert sure is not None
    assert 0.5 < sure <= 1


def test_they_are_gone_where_other_letters_stand() -> None:
    other, _ = draw(registered(), Wording.CHINESE, corner=Corner.TOP_LEFT)
    assert erasure(other, MARKED, HERE, PLACE.box, WHOLE) is not None


def test_they_are_looked_for_a_little_beside_their_place() -> None:
    assert erasure(np.roll(MARKED, 2, axis=1), MARKED, HERE, PLACE.box, WHOLE) is None


def test_they_are_not_missed_where_they_are_cut_off() -> None:
    upload = np.ascontiguousarray(painted_over()[: Y + DOWN // 4])
    assert erasure(upload, MARKED, HERE, PLACE.box, WHOLE) is None


@pytest.mark.parametrize("upload", [MARKED, painted_over()])
def test_the_half_that_is_shown_decides(upload: Picture) -> None:
    cut = np.ascontiguousarray(upload[:, : X + ACROSS // 2])
    assert (erasure(cut, MARKED, HERE, PLACE.box, WHOLE) is None) == (upload is MARKED)


def test_they_are_not_missed_where_they_are_too_small_to_be_seen() -> None:
    tiny = resized(painted_over(), 0.1)
    assert erasure(tiny, MARKED, np.diag([0.1, 0.1, 1]), PLACE.box, WHOLE) is None


def test_they_are_not_missed_where_the_registered_picture_has_none() -> None:
    flat = np.full_like(MARKED, 90)
    assert erasure(painted_over(), flat, HERE, PLACE.box, WHOLE) is None


def test_a_box_is_followed_to_where_it_lies() -> None:
    assert np.allclose(quad(moved(10, -3), (4, 5, 20, 8))[0], (13.5, 1.5))
    assert np.allclose(quad(moved(10, -3), (4, 5, 20, 8))[2], (33.5, 9.5))


def test_they_are_not_missed_on_the_page_beside_a_part() -> None:
    above = corners((Y, MARKED.shape[1]))
    assert erasure(painted_over(), MARKED, HERE, PLACE.box, above) is None


def test_the_shown_of_a_label_is_what_lies_in_the_part() -> None:
    part = np.array([[10, 0], [50, 0], [50, 30], [10, 30]], np.float64) - 0.5
    assert shown_of((5, 20, 30, 20), part) == (10, 20, 25, 10)
    assert shown_of((60, 50, 5, 5), part)[2:] == (1, 1)
