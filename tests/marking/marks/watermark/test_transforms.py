"""A transform of single precision..."""

import numpy as np
import pytest

from marking.marks.watermark.transforms import half_transform

NOISE = np.random.default_rng(1).normal(size=(12, 10)).astype(np.float32)


@pytest.mark.parametrize("axes", [(-2, -1), (1, 0)])
def test_it_is_numpys_over_the_number_of_values(axes: tuple[int, int]) -> None:
    expected = np.fft.rfft2(NOISE, (16, 20), axes=axes) / 320
    assert np.allclose(half_transform(NOISE, (16, 20), axes), expected, atol=1e-7)


def test_it_stays_single() -> None:
    assert half_transform(NOISE).dtype == np.complex64
