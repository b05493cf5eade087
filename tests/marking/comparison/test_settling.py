"""An upload that is laid more exactly …"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from marking.comparison.laying import Laid, lay
from marking.comparison.settling import nearer, settled, unbent
from tests.conftest import photograph

PICTURE = photograph(400, 300)


def laid_on(upload: np.ndarray) -> Laid:
    laid = lay(upload, PICTURE, np.eye(3), 400)
    assert laid is not None
    return laid


def bent_by(pixels: float) -> np.ndarray:
    rows, columns = np.indices(PICTURE.shape[:2], np.float32)
    waves = np.float32(pixels) * np.sin(rows / 60)
    return np.asarray(
        cv2.remap(PICTURE, columns + waves, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    )


def everywhere(laid: Laid) -> np.ndarray:
    return np.ones_like(laid.valid)


def off(laid: Laid) -> float:
    return float(np.abs(laid.upload - laid.registered).mean())


def test_it_is_moved_to_where_it_lies():
    way = np.array([[1, 0, 2.0], [0, 1, -1.0], [0, 0, 1]])
    moved = laid_on(cv2.warpPerspective(PICTURE, way, PICTURE.shape[1::-1], borderMode=cv2.BORDER_REFLECT))
    again, homography = settled(moved, np.eye(3))
    assert off(again) < off(moved) / 2
    assert homography[:2, 2] == pytest.approx((2, -1), abs=0.5)


def test_it_stays_where_it_lies_already():
    laid = laid_on(PICTURE)
    assert settled(laid, np.eye(3))[0].places is laid.places


def test_the_homography_alone_is_the_one_by_which_it_is_laid():
    way = np.array([[1, 0.01, 2.0], [0, 1.01, -1.0], [0, 0, 1]])
    for upload in (PICTURE, cv2.warpPerspective(PICTURE, way, PICTURE.shape[1::-1]), bent_by(1.5)):
        laid = laid_on(upload)
        assert np.array_equal(nearer(laid, np.eye(3)), settled(laid, np.eye(3))[1])


def test_it_is_unbent():
    bent = laid_on(bent_by(1.5))
    assert off(unbent(bent, everywhere(bent))) < off(bent) / 2


def test_it_stays_as_it_is_where_it_is_straight_or_nothing_is_asked():
    noise = np.random.default_rng(0).normal(0, 3, PICTURE.shape)
    laid = laid_on(np.clip(PICTURE + noise, 0, 255).astype(np.uint8))
    assert unbent(laid, everywhere(laid)) is laid
    bent = laid_on(bent_by(1.5))
    assert unbent(bent, ~everywhere(bent)) is bent
