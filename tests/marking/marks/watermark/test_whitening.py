"""A whitened canvas..."""

import numpy as np
import pytest

from marking.marks.watermark.whitening import evened, whiten


def test_it_is_as_lively_in_a_faint_part_as_in_a_loud_one() -> None:
    canvas = np.random.default_rng(1).normal(0, 1, (128, 256)).astype(np.float32) + 128
    canvas[:, 128:] = 128 + 10 * (canvas[:, 128:] - 128)
    whitened = evened(whiten(canvas))
    assert whitened[:, 140:].std() == pytest.approx(whitened[:, :116].std(), rel=0.35)


def test_it_hears_texture_a_little_louder() -> None:
    canvas = np.random.default_rng(1).normal(0, 3, (128, 256)).astype(np.float32) + 128
    canvas[:, 128:] = 128 + 5 * (canvas[:, 128:] - 128)
    by_texture = whiten(canvas)
    louder = [each[:, 140:].std() / each[:, :116].std() for each in (evened(by_texture), by_texture)]
    assert louder[0] < 1.2 < louder[1] < 5


def test_it_fades_a_pattern_more_than_what_lies_under_it() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (128, 128)).astype(np.float32)
    stripes = 8 * np.sin(2 * np.pi * np.arange(128) / 8).astype(np.float32)
    before, after = (
        np.abs(np.fft.rfft2(canvas)) for canvas in (noise + stripes, whiten(128 + noise + stripes))
    )
    under = (slice(20, 40), slice(20, 40))
    assert after[0, 16] / after[under].mean() < 0.25 * before[0, 16] / before[under].mean()


@pytest.mark.parametrize("shape", [(32, 33), (128, 513), (77, 130)])
def test_it_keeps_any_shape(shape: tuple[int, int]) -> None:
    canvas = np.random.default_rng(3).uniform(0, 255, shape).astype(np.float32)
    whitened = whiten(canvas)
    assert whitened.shape == shape
    assert whitened.dtype == np.float32


def test_it_is_silent_where_nothing_is() -> None:
    silent = whiten(np.full((64, 64), 200, np.float32))
    assert np.abs(silent).max() < 1e-2
    assert np.abs(evened(np.zeros_like(silent))).max() == 0
