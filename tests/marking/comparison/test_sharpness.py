"""The sharpness of a copy..."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from marking.comparison.sharpness import alike, matched
from tests.marking.comparison.copies import Picture, registered, replaced, sharpened

EVERYWHERE = np.ones(registered().shape[:2], np.bool_)


def soft(rgb: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 1.3), np.uint8)


@pytest.mark.parametrize("change", [soft, sharpened])
def test_it_is_given_to_what_is_expected(change: Callable[[Picture], Picture]) -> None:
    known = registered().astype(np.float32)
    upload = change(registered()).astype(np.float32)
    expected = matched(known, upload, EVERYWHERE)
    assert np.abs(expected - upload).mean() < 0.4 * np.abs(known - upload).mean()


def test_it_stays_where_nothing_may_be_asked() -> None:
    known = registered().astype(np.float32)
    assert matched(known, known, ~EVERYWHERE) is known


def test_pictures_are_alike_but_where_something_else_is() -> None:
    where = alike(registered().astype(np.float32), replaced(registered()).astype(np.float32))
    assert where[:60].mean() > 0.95
    assert where[110:150, 170:230].mean() < 0.5
