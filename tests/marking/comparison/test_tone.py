"""The tones of a whole picture..."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from marking.comparison.laying import Laid, lay
from marking.comparison.tone import TOLERANCE, normalised
from tests.marking.comparison.copies import Picture, clipped, grey, recoloured, registered, vignetted


def laid(upload: Picture, known: Picture) -> Laid:
    found = lay(upload, known, np.eye(3), 800)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda rgb: clipped(rgb * 1.3),
        lambda rgb: clipped(255 * (rgb / 255) ** 1.5),
        lambda rgb: clipped(rgb * np.array([1.1, 1.0, 0.8])),
        grey,
        vignetted,
        lambda rgb: vignetted(clipped(rgb * 0.8)),
    ],
)
def test_they_are_taken_out(change: Callable[[Picture], Picture]) -> None:
    both = laid(change(registered()), registered())
    expected, is_changed = normalised(both, both.valid)
    assert is_changed
    assert np.abs(expected - both.upload).mean() < TOLERANCE / 2


def test_they_stay_where_nothing_was_done_to_them() -> None:
    both = laid(registered(), registered())
    expected, is_changed = normalised(both, both.valid)
    assert not is_changed
    assert expected is both.registered


def test_they_do_not_follow_a_part_of_another_colour() -> None:
    both = laid(recoloured(registered()), registered())
    expected, _ = normalised(both, both.valid)
    assert np.abs(expected - both.registered).mean() < 1


def test_they_stay_where_nothing_may_be_asked() -> None:
    both = laid(clipped(registered() * 1.3), registered())
    assert normalised(both, np.zeros_like(both.valid))[1] is False


def test_they_may_be_those_of_a_flat_picture() -> None:
    flat = np.full((60, 80, 3), 100, np.uint8)
    both = laid(flat + np.uint8(50), flat)
    expected, is_changed = normalised(both, both.valid)
    assert is_changed
    assert np.abs(expected - 150).max() < TOLERANCE
