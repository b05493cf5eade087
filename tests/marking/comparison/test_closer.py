"""Another look at what may differ…"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from marking.comparison.closer import FAR, LONGEST, Look, looks
from marking.comparison.differing import difference
from marking.comparison.laying import lay
from marking.comparison.settling import settled
from tests.marking.comparison.copies import Picture, clipped, jpeg, registered, replaced, resized

KNOWN = resized(registered(), 2.5)


def looked(upload: Picture, known: Picture = KNOWN, *, aside: bool = False) -> Look | None:
    laid = lay(upload, known, np.eye(3), FAR)
    assert laid is not None
    laid, homography = settled(laid, np.eye(3))
    seen = difference(laid, None, unbend=False, is_indexed=False)
    return looks(seen, upload, known, homography, np.full(seen.valid.shape, aside), is_indexed=False)


def changed(known: Picture = KNOWN) -> Picture:
    return jpeg(resized(replaced(registered()), known.shape[1] / registered().shape[1]), 85)


def test_is_not_taken_where_nothing_does() -> None:
    assert looked(jpeg(KNOWN, 60)) is None


def test_is_not_taken_at_what_is_set_aside() -> None:
    assert looked(changed(), aside=True) is None


def test_shows_a_part_of_the_picture_more_finely() -> None:
    look = looked(changed())
    assert look is not None
    width, height = look.seen.laid.grid.size
    density = 1 / look.seen.laid.grid.to_registered[0, 0]
    assert density == pytest.approx(LONGEST / max(KNOWN.shape), rel=0.02)
    assert width * height < 0.5 * look.area
    assert look.seen.found.strength.max() > 1
    assert np.abs(look.seen.laid.upload - look.seen.laid.registered).mean() < 40


def test_shows_all_of_it_where_most_may_differ() -> None:
    other = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 256, KNOWN.shape, np.uint8), (0, 0), 9)
    mixed = np.where(
        np.arange(KNOWN.shape[1])[None, :, None] < 0.3 * KNOWN.shape[1], KNOWN, clipped(4.0 * other - 380)
    )
    look = looked(np.asarray(mixed, np.uint8))
    assert look is not None
    assert max(look.seen.laid.grid.size) == LONGEST


def test_is_the_first_one_where_none_is_finer() -> None:
    small = resized(registered(), 0.5)
    look = looked(resized(replaced(registered()), 0.5), small)
    assert look is not None
    assert look.area == look.seen.valid.sum()


def test_finds_the_tones_that_were_seen_from_further_away() -> None:
    look = looked(clipped(changed() * 0.8))
    assert look is not None
    assert look.seen.toning.is_changed
    quiet = look.seen.found.strength < 0.5
    assert np.abs(look.seen.laid.upload - look.seen.expected)[quiet].mean() < 4


def test_follows_a_bend() -> None:
    rows, columns = np.indices(KNOWN.shape[:2], np.float32)
    bend = 4 * np.sin(np.pi * columns / KNOWN.shape[1])
    upload = np.asarray(cv2.remap(changed(), columns, rows + bend, cv2.INTER_LINEAR), np.uint8)
    laid = lay(upload, KNOWN, np.eye(3), FAR)
    assert laid is not None
    there = laid.places[..., 0] / KNOWN.shape[1]
    bent = laid.moved(laid.places - np.stack([0 * there, 4 * np.sin(np.pi * there)], axis=2))
    seen = difference(bent, None, unbend=False, is_indexed=False)
    look = looks(seen, upload, KNOWN, np.eye(3), np.zeros(seen.valid.shape, np.bool_), is_indexed=False)
    assert look is not None
    quiet = look.seen.found.strength < 0.5
    assert np.abs(look.seen.laid.upload - look.seen.laid.registered)[quiet].mean() < 5
