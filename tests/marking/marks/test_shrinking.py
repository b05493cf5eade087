"""A picture that is shrunk …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from marking.marks.shrinking import shrunk
from tests.conftest import photograph


@pytest.mark.parametrize("size", [(150, 100), (99, 61), (280, 190), (10, 7), (1, 1)])
@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_what_area_averages_make_of_it(size, channels):
    picture = np.ascontiguousarray(photograph(200, 300)[..., :channels].squeeze())
    averaged = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    found = shrunk(picture, size)
    assert found.shape == averaged.shape
    assert np.abs(found.astype(float) - averaged).mean() < 2


def test_it_keeps_its_place():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 64, axis=0)
    expected = (np.arange(100) + 0.5) * 2.56 - 0.5
    assert np.abs(shrunk(ramp, (100, 25)) - expected).max() <= 1
