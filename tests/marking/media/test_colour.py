"""Decoded pixels …"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from marking.media.colour import BAND_ROWS, pixels_of


@pytest.mark.parametrize("height", [1, BAND_ROWS - 1, BAND_ROWS, BAND_ROWS + 1, 3 * BAND_ROWS + 7])
def test_are_those_that_were_decoded(height: int) -> None:
    rgb = np.random.default_rng(height).integers(0, 256, (height, 33, 3), np.uint8)
    taken = pixels_of(Image.fromarray(rgb))
    assert taken.dtype == np.uint8
    assert np.array_equal(taken, rgb)
    assert taken.flags.c_contiguous
