"""What is received beside the original..."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks.watermark.alignment import Aligned
from marking.marks.watermark.channel import receive, receive_blindly
from tests.marking.marks.watermark.pictures import photograph

ORIGINAL = cv2.cvtColor(photograph(3, 160, 224), cv2.COLOR_RGB2GRAY).astype(np.float32)
MASK = np.ones(ORIGINAL.shape, np.float32)
ROWS, COLUMNS = np.indices(ORIGINAL.shape, np.float32)
FREQUENCY = (14 / 224, 10 / 160)  # cycles per pixel; whole waves
WAVE = np.cos(2 * np.pi * (COLUMNS * FREQUENCY[0] + ROWS * FREQUENCY[1])).astype(np.float32)
EVERYWHERE = np.ones(ORIGINAL.shape, np.bool_)


def laid(luma: NDArray[np.float32], valid: NDArray[np.bool_] = EVERYWHERE) -> Aligned:
    return Aligned.of(luma.astype(np.float32), valid, ORIGINAL)


def share_of_wave(weighted: NDArray[np.float32]) -> float:
    """Correlation with the wave, -1 to 1."""
    return float((weighted * WAVE).sum() / (np.linalg.norm(weighted) * np.linalg.norm(WAVE)))


@pytest.mark.parametrize("sigma", [0.0, 1.5], ids=["as it was", "blurred"])
def test_it_is_the_mark(sigma: float) -> None:
    upload = ORIGINAL + 3 * WAVE
    if sigma:
        upload = cv2.GaussianBlur(upload, (0, 0), sigma)
    known = share_of_wave(receive(laid(upload), ORIGINAL, MASK).weighted)
    assert known > 0.6
    assert known > 2 * share_of_wave(receive_blindly(laid(upload), ORIGINAL, MASK).weighted)


def test_it_is_nothing_without_a_mark() -> None:
    marked, unmarked = (receive(laid(upload), ORIGINAL, MASK) for upload in (ORIGINAL + 3 * WAVE, ORIGINAL))
    assert abs(share_of_wave(unmarked.weighted)) < 0.1
    assert np.linalg.norm(unmarked.weighted) < np.linalg.norm(marked.weighted) / 2


def test_it_does_not_mind_the_tone() -> None:
    upload = 40 + 0.6 * (ORIGINAL + 3 * WAVE)
    assert share_of_wave(receive(laid(upload), ORIGINAL, MASK).weighted) > 0.6


def test_it_is_heard_only_where_something_was_laid() -> None:
    half = COLUMNS < 112
    weighted = receive(laid(ORIGINAL + 3 * WAVE, half), ORIGINAL, MASK).weighted
    assert np.abs(weighted[:, 150:]).max() < 0.01 * np.abs(weighted[:, :80]).max()


def test_it_tells_what_blur_left_of_each_frequency() -> None:
    received = receive(laid(cv2.GaussianBlur(ORIGINAL, (0, 0), 2)), ORIGINAL, MASK)
    low, high = received.sensitivity(np.array([[0.04, 0.0], [0.0, 0.25]]))
    assert low > 10 * high > 0


def test_it_hears_all_of_a_flat_original() -> None:
    level = np.full(ORIGINAL.shape, 128, np.float32)
    received = receive(Aligned.of(level + WAVE, EVERYWHERE, level), level, MASK)
    assert share_of_wave(received.weighted) > 0.9
    assert received.sensitivity(np.array([FREQUENCY])) > 0
