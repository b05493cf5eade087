"""An unmarked picture..."""

import numpy as np
import pytest

from marking.marks.watermark import detect, detect_any
from tests.marking.marks.watermark.pictures import Picture, drawing, flat, gradient, page, photograph

UNMARKED: dict[str, Picture] = {
    **{f"photograph {seed}": photograph(100 + seed, 200 + 16 * seed, 256) for seed in range(8)},
    "drawing": drawing(4, 300, 400),
    "page": page(5, 300, 400),
    "gradient": gradient(200, 300),
    "grey": flat(128, 128, 200),
    "black": flat(0, 128, 128),
    "noise": np.random.default_rng(6).integers(0, 256, (256, 256, 3), np.uint8),
    "stripes": np.tile(np.uint8([[[0] * 3] * 8 + [[255] * 3] * 8]), (256, 16, 1)),
}


@pytest.mark.parametrize("name", UNMARKED)
def test_it_holds_no_mark(name: str) -> None:
    assert detect_any(UNMARKED[name], [b"one", b"two"]) is None


@pytest.mark.parametrize("shape", [(0, 0), (31, 500), (40, 40), (33, 900)])
def test_it_may_be_too_small_to_hold_one(shape: tuple[int, int]) -> None:
    assert detect(np.full((*shape, 3), 90, np.uint8)) is None
