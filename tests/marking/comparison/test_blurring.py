"""A wide average …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from marking.comparison.blurring import HALVED_FROM, blurred
from tests.marking.comparison.copies import registered

GREY = cv2.cvtColor(registered(), cv2.COLOR_RGB2GRAY).astype(np.float32)


@pytest.mark.parametrize("sigma", [HALVED_FROM, 5.0, 8.0, 16.0])
@pytest.mark.parametrize("shape", [(300, 400), (299, 400), (150, 201)])
def test_is_that_of_a_gaussian(sigma: float, shape: tuple[int, int]) -> None:
    picture = GREY[: shape[0], : shape[1]]
    expected = cv2.GaussianBlur(picture, (0, 0), sigma)
    off = blurred(picture, sigma) - expected
    assert np.sqrt(np.square(off).mean()) < 0.01 * expected.std()


def test_of_colours_is_that_of_each() -> None:
    rgb = registered().astype(np.float32)
    each = [blurred(np.ascontiguousarray(rgb[..., channel]), 5.0) for channel in range(3)]
    assert np.allclose(blurred(rgb, 5.0), np.stack(each, axis=2), atol=1e-3)


@pytest.mark.parametrize(("sigma", "shape"), [(3.9, (300, 400)), (8.0, (20, 400)), (8.0, (1, 1))])
def test_is_a_gaussian_where_it_is_narrow_or_the_picture_small(sigma: float, shape: tuple[int, int]) -> None:
    picture = np.ascontiguousarray(GREY[: shape[0], : shape[1]])
    assert np.array_equal(blurred(picture, sigma), cv2.GaussianBlur(picture, (0, 0), sigma))


@settings(max_examples=15, deadline=None)
@given(arrays.arrays(np.float32, (40, 50), elements=st.floats(0, 255, width=32)))
def test_lies_between_the_least_and_the_most(picture: np.typing.NDArray[np.float32]) -> None:
    averaged = blurred(picture, 5.0)
    assert picture.min() - 1e-3 <= averaged.min()
    assert averaged.max() <= picture.max() + 1e-3
