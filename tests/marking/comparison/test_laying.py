"""Two pictures on one grid..."""

from __future__ import annotations

import numpy as np
import pytest

from marking.comparison.laying import SMALLEST_SIDE, lay, scale_of
from tests.marking.comparison.copies import HEIGHT, WIDTH, registered, resized


def test_they_show_the_same_at_the_same_place() -> None:
    upload = resized(registered(), 0.5)
    way = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
    laid = lay(upload, registered(), way, 800)
    assert laid is not None
    assert laid.grid.size == (WIDTH // 2, HEIGHT // 2)  # no finer than the upload
    assert np.abs(laid.upload - laid.registered).mean() < 1
    assert laid.valid.all()


def test_they_are_bounded() -> None:
    laid = lay(registered(), registered(), np.eye(3), 100)
    assert laid is not None
    assert max(laid.grid.size) == 100
    assert np.abs(laid.upload - laid.registered).mean() < 4


def test_only_what_the_upload_shows_lies_there() -> None:
    cut = np.ascontiguousarray(registered()[50:250, 100:300])
    laid = lay(cut, registered(), np.array([[1, 0, -100], [0, 1, -50], [0, 0, 1.0]]), 800)
    assert laid is not None
    assert max(laid.grid.size) <= 202
    inner = laid.valid
    assert np.abs(laid.upload - laid.registered)[inner].mean() < 0.5


def test_what_is_moved_is_read_elsewhere() -> None:
    laid = lay(registered(), registered(), np.eye(3), 800)
    assert laid is not None
    moved = laid.moved(laid.places + np.array([3, 0], np.float32))
    assert np.abs(moved.upload[:, :-4] - laid.upload[:, 3:-1]).max() < 0.01
    assert not moved.valid[:, -3:].any()


def test_the_horizon_may_lie_in_the_upload() -> None:
    steep = np.array([[1, 0, 0], [0, 1, 0], [0, 0.02, 1.0]])
    laid = lay(registered(), registered(), steep, 200)
    assert laid is None or max(laid.grid.size) <= 200


def test_next_to_nothing_is_nothing() -> None:
    narrow = np.array([[1, 0, -(WIDTH - SMALLEST_SIDE / 2)], [0, 1, 0], [0, 0, 1.0]])
    assert lay(registered(), registered(), narrow, 800) is None


def test_the_scale_is_that_of_a_place() -> None:
    assert scale_of(np.diag([2.0, 8.0, 1.0]), 5, 5) == pytest.approx(4)
