"""Pilots heard in the spectrum..."""

import cv2
import numpy as np
import pytest

from marking.marks.watermark.demodulation import fold, lock
from marking.marks.watermark.geometry import Matrix, upright
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.listening import heard, standing
from marking.marks.watermark.spectrum import spectrum_of
from tests.marking.marks.watermark.charts import pattern

KEY, OTHER = Secret(b"key"), Secret(b"other")


def turned(canvas: np.ndarray, degrees: float) -> np.ndarray:
    """A canvas turned about its first pixel's corner, repeated beyond its edges."""
    turn = cv2.getRotationMatrix2D((0, 0), -degrees, 1)
    size = (canvas.shape[1], canvas.shape[0])
    return cv2.warpAffine(canvas, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP)


def stood(canvas: np.ndarray, matrix: Matrix, *secrets: Secret) -> np.ndarray:
    return standing(heard(spectrum_of(canvas), matrix)[None], secrets)[0]


@pytest.mark.parametrize("noise", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("degrees", [0, 7])
def test_they_stand_out_as_in_the_lock(noise: float, degrees: float) -> None:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    canvas = turned(pattern(noise=noise), degrees)
    assert stood(canvas, matrix, KEY)[0] == pytest.approx(lock(fold(canvas, matrix), KEY).strength, rel=0.15)


def test_they_are_heard_inverted_and_on_their_head() -> None:
    canvas = pattern(noise=2.0)
    expected = stood(canvas, upright(1.0), KEY)
    for other in (-canvas, canvas[::-1, ::-1]):
        assert stood(other, upright(1.0), KEY) == pytest.approx(expected, rel=0.05)


def test_each_secret_hears_its_own() -> None:
    own, others = stood(pattern(noise=2.0), upright(1.0), KEY, OTHER)
    assert others < 6 < 7 < own


def test_nothing_stands_out_of_noise() -> None:
    noise = np.random.default_rng(3).normal(size=(384, 512)).astype(np.float32)
    assert stood(noise, upright(1.0), KEY)[0] < 5
    assert stood(np.zeros_like(noise), upright(1.0), KEY)[0] == 0


def test_there_is_nothing_beyond_the_canvas_own_frequencies() -> None:
    spectrum = spectrum_of(pattern())
    assert np.count_nonzero(heard(spectrum, upright(1.0))) == 48
    assert 0 < np.count_nonzero(heard(spectrum, upright(0.4))) < 48
    assert np.count_nonzero(heard(spectrum, upright(0.05))) == 0
