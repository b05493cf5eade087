"""The mask..."""

import numpy as np

from marking.marks.watermark.masking import amplitude_mask


def textured(level: float) -> np.ndarray:
    return (level + np.random.default_rng(1).normal(0, 12, (96, 96))).astype(np.float32)


def test_it_is_one_in_a_flat_area_and_more_in_texture() -> None:
    assert np.allclose(amplitude_mask(np.full((96, 96), 128, np.float32)), 1, atol=1e-3)
    assert amplitude_mask(textured(128)).min() > 2


def test_it_keeps_flat_ground_beside_an_edge_flat() -> None:
    luma = np.full((96, 96), 100, np.float32)
    luma[:, 48:] = 180
    mask = amplitude_mask(luma)
    assert mask[:, :36].max() < 1.2
    assert mask.max() < 2.5


def test_it_gives_black_and_white_more_for_what_clipping_takes() -> None:
    levels = [amplitude_mask(np.full((64, 64), level, np.float32)).mean() for level in (0, 5, 128, 255)]
    assert levels[0] > levels[2] > levels[1]
    assert levels[3] > levels[2]
