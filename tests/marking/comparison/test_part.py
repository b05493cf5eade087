"""A part of a grid..."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.comparison.part import CELL, SIDES, Part, largest

SHAPE = (90, 130)
WHOLE = Part.all_of(SHAPE)


def scored(part: Part, inside: float = 1.0, outside: float = -1.0) -> np.ndarray:
    return np.where(part.mask(SHAPE), inside, outside).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(left=st.integers(0, 60), top=st.integers(0, 40), width=st.integers(20, 70), height=st.integers(20, 50))
def test_it_is_found_to_the_pixel(left: int, top: int, width: int, height: int) -> None:
    part = Part((left, top, left + width, top + height))
    assert largest(scored(part), WHOLE) == part


def test_it_is_all_where_nothing_tells() -> None:
    assert largest(np.zeros(SHAPE, np.float32), WHOLE) == WHOLE


def test_it_is_something_where_all_is_against_it() -> None:
    left, top, right, bottom = largest(np.full(SHAPE, -1, np.float32), WHOLE).lines
    assert 0 <= left < right <= SHAPE[1]
    assert 0 <= top < bottom <= SHAPE[0]


def test_an_island_takes_nothing_away() -> None:
    score = scored(Part((20, 16, 120, 80)))
    score[16:40, 20:50] = -1
    assert largest(score, WHOLE) == Part((20, 16, 120, 80))


def test_it_lies_within_what_is_asked() -> None:
    within = Part((10, 10, 50, 40))
    assert largest(np.ones(SHAPE, np.float32), within) == within


@pytest.mark.parametrize(
    ("side", "beyond", "along"),
    [
        (0, (0, 20, 30, 60), (30, 20, 34, 60)),
        (1, (30, 0, 100, 20), (30, 20, 100, 24)),
        (2, (100, 20, 130, 60), (96, 20, 100, 60)),
        (3, (30, 60, 100, 90), (30, 56, 100, 60)),
    ],
)
def test_it_knows_what_lies_on_both_sides_of_its_sides(
    side: int, beyond: tuple[int, ...], along: tuple[int, ...]
) -> None:
    part = Part((30, 20, 100, 60))
    assert part.beyond(side, WHOLE).lines == beyond
    assert part.along(side, 4).lines == along


def test_what_lies_along_a_side_is_no_wider_than_it() -> None:
    part = Part((30, 20, 34, 24))
    assert all(part.along(side, 2 * CELL) == part for side in SIDES)


def test_it_is_widened_inside_of_the_whole() -> None:
    assert Part((3, 20, 100, 88)).widened(5, WHOLE) == Part((0, 15, 105, 90))


def test_its_corners_are_those_of_its_pixels() -> None:
    quad = Part((2, 4, 6, 10)).quad(np.diag([2.0, 2.0, 1.0]))
    assert quad.tolist() == [[3, 7], [11, 7], [11, 19], [3, 19]]
