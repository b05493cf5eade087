"""Informed symbols..."""

import numpy as np
import pytest

from marking.marks.watermark.informed import informed_symbols

SYMBOLS = np.where(np.arange(456) % 3, 1, -1).astype(np.float32)


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3])
def test_they_are_the_plain_ones_where_the_picture_says_nothing(scale: float) -> None:
    assert np.allclose(informed_symbols(SYMBOLS, np.float32(scale) * SYMBOLS), SYMBOLS)


def test_they_are_stronger_where_the_picture_speaks_against_them() -> None:
    soft = SYMBOLS.copy()
    soft[0] *= -1
    soft[1] *= 2
    informed = informed_symbols(SYMBOLS, soft) * SYMBOLS
    assert informed[0] > 1.5
    assert informed[1] < 0.7
    assert informed[2:] == pytest.approx(1, abs=0.01)


def test_they_keep_sign_and_bounds_whatever_was_heard() -> None:
    soft = np.random.default_rng(1).normal(0, 5, 456).astype(np.float32)
    amplitudes = informed_symbols(SYMBOLS, soft) * SYMBOLS
    assert amplitudes.min() > 0
    assert amplitudes.max() <= 4.001 * amplitudes.min()
    assert np.square(amplitudes).mean() == pytest.approx(1)


def test_they_are_defined_where_nothing_was_heard() -> None:
    assert np.isfinite(informed_symbols(SYMBOLS, np.zeros(456, np.float32))).all()
