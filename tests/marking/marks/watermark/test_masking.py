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


def test_it_is_modest_beside_lines_and_full_in_texture() -> None:
    lines = np.full((96, 96), 240, np.float32)
    lines[:, ::16] = 20
    assert 1.05 < amplitude_mask(lines).max() < 2.2
    assert amplitude_mask(3 * textured(128) - 256).max() > 4


def test_it_has_the_shape_of_its_canvas_whatever_that_is() -> None:
    assert amplitude_mask(np.zeros((129, 131), np.float32)).shape == (129, 131)
