"""Regions..."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marking.comparison.regions import regions
from marking.comparison.residual import Residual

SHAPE = (200, 260)
EVERYWHERE = np.ones(SHAPE, np.bool_)


def found(*boxes: tuple[int, int, int, int], strength: float = 3.0) -> Residual:
    beyond = np.zeros(SHAPE, np.float32)
    for x, y, width, height in boxes:
        beyond[y : y + height, x : x + width] = strength
    return Residual(beyond, beyond, beyond, np.zeros(SHAPE, np.float32))


def test_one_lies_where_the_difference_does() -> None:
    (region,) = regions(found((60, 50, 70, 40)), EVERYWHERE)
    rows, columns = np.nonzero(region.mask)
    assert abs(columns.min() - 60) <= 2
    assert abs(rows.max() - 89) <= 2
    assert region.shifted == 0


def test_they_are_ordered_by_their_size() -> None:
    sizes = [region.area for region in regions(found((10, 10, 30, 30), (120, 90, 60, 60)), EVERYWHERE)]
    assert len(sizes) == 2
    assert sizes[0] > sizes[1]


def test_neighbours_are_one() -> None:
    assert len(regions(found((60, 50, 30, 40), (98, 50, 30, 40)), EVERYWHERE)) == 1


def test_parts_that_are_most_of_the_picture_are_one() -> None:
    (region,) = regions(found((0, 0, 100, 200), (160, 0, 100, 200)), EVERYWHERE)
    assert region.area > 0.7 * EVERYWHERE.size


def test_a_hole_belongs_to_one() -> None:
    ring = found((60, 50, 70, 70))
    ring.strength[75:95, 85:105] = 0
    (region,) = regions(ring, EVERYWHERE)
    assert region.mask[85, 95]


def test_specks_and_lines_are_none() -> None:
    assert regions(found((60, 50, 6, 6), (10, 150, 200, 3)), EVERYWHERE) == []


def test_one_is_surer_the_more_it_differs() -> None:
    sure = [
        regions(found((60, 50, 70, 40), strength=each), EVERYWHERE)[0].confidence for each in (1.1, 2, 50)
    ]
    assert sure == sorted(sure)
    assert 0.5 < sure[0] < 0.6
    assert sure[-1] == 0.99


@settings(max_examples=15, deadline=None)
@given(arrays(np.float32, (20, 26), elements=st.floats(0, 4, width=32)))
def test_they_never_overlap_nor_leave_what_is_valid(coarse: np.ndarray) -> None:
    beyond = np.kron(coarse, np.ones((10, 10), np.float32)).astype(np.float32)
    valid = EVERYWHERE.copy()
    valid[:, 200:] = False
    named = regions(Residual(beyond * valid, beyond * valid, beyond, beyond), valid)
    total = sum((region.mask.astype(int) for region in named), np.zeros(SHAPE, int))
    assert total.max(initial=0) <= 1
    assert not total[:, 200:].any()
