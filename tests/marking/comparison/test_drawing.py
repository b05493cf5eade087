"""The map of what was changed..."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from marking.comparison import ChangedRegion, Comparison, Kind, draw_map
from marking.comparison.drawing import NEUTRAL
from tests.marking.comparison.copies import HEIGHT, WIDTH, registered

SPOT = ChangedRegion(Kind.ADDED, (100, 80, 120, 90), 0.9)
PLAIN = Comparison(
    np.eye(3), False, 0.0, 1.0, 1.0, ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)), (), False
)


def test_its_pictures_have_one_size() -> None:
    views = draw_map(registered(), registered(2), replace(PLAIN, changes=(SPOT,)), longest=200)
    assert {view.shape for view in views} == {(150, 200, 3)}
    assert {view.dtype for view in views} == {np.dtype(np.uint8)}


def test_it_is_no_larger_than_the_upload() -> None:
    assert draw_map(registered(), registered(), PLAIN).map.shape == (HEIGHT, WIDTH, 3)


def test_it_lights_what_was_changed_and_dims_the_rest() -> None:
    lit = draw_map(registered(), registered(), replace(PLAIN, changes=(SPOT,))).map
    inside, outside = lit[110:160, 140:200], lit[200:, 260:]
    assert np.ptp(outside, axis=2).max() == 0  # grey
    assert np.ptp(inside, axis=2).mean() > 10
    assert outside.mean() < 0.6 * registered()[200:, 260:].mean()


def test_it_hatches_so_that_no_colour_is_needed() -> None:
    grey = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    lit = draw_map(grey, grey, replace(PLAIN, changes=(SPOT,))).map[110:160, 140:200]
    luma = lit.mean(axis=2)
    assert 0.1 < (luma > 100).mean() < 0.6


def test_it_draws_every_number() -> None:
    one = draw_map(registered(), registered(), replace(PLAIN, changes=(SPOT,))).map
    two = draw_map(registered(), registered(), replace(PLAIN, changes=(SPOT, SPOT))).map
    assert not np.array_equal(one[78:110, 98:140], two[78:110, 98:140])


def test_it_follows_an_outline() -> None:
    triangle = replace(SPOT, outline=((100, 80), (220, 80), (100, 170)))
    lit = draw_map(registered(), registered(), replace(PLAIN, changes=(triangle,))).map
    assert np.ptp(lit[150:160, 195:210], axis=2).max() == 0


def test_it_shows_the_frame_that_a_crop_misses_and_not_what_was_in_it() -> None:
    upload = np.ascontiguousarray(registered()[50:250, 100:300])
    way = np.array([[1, 0, -100], [0, 1, -50], [0, 0, 1.0]])
    frame = ((-100.5, -50.5), (299.5, -50.5), (299.5, 249.5), (-100.5, 249.5))
    cropped = ChangedRegion(Kind.CROPPED, (0, 0, 200, 200), 0.9)
    views = draw_map(upload, registered(), replace(PLAIN, transform=way, frame=frame, changes=(cropped,)))
    assert views.map.shape == (HEIGHT, WIDTH, 3)
    assert (views.upload[:40] == NEUTRAL).all()
    assert (views.registered[:40] == NEUTRAL).all()
    assert np.abs(views.registered[60:240, 110:290].astype(int) - registered()[60:240, 110:290]).mean() < 1
    assert np.abs(views.upload[60:240, 110:290].astype(int) - registered()[60:240, 110:290]).mean() < 1


def test_a_crop_out_of_a_huge_picture_stays_visible() -> None:
    frame = ((-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000))
    cropped = ChangedRegion(Kind.CROPPED, (0, 0, WIDTH, HEIGHT), 0.9)
    far = replace(PLAIN, transform=np.diag([45.0, 60.0, 1.0]), frame=frame, changes=(cropped,))
    views = draw_map(registered(), registered(), far, longest=400)
    assert (views.upload != NEUTRAL).any(axis=2).mean() > 0.04


def test_the_rest_of_a_page_is_neutral_in_the_registered_picture() -> None:
    small = np.array([[0.5, 0, 50], [0, 0.5, 40], [0, 0, 1.0]])
    framed = ChangedRegion(Kind.FRAMED, (50, 40, 200, 150), 0.9)
    views = draw_map(registered(), registered(), replace(PLAIN, transform=small, changes=(framed,)))
    assert (views.registered[:35] == NEUTRAL).all()
    assert views.registered[60:170, 70:230].std() > 10
    assert (np.ptp(views.map, axis=2) > 30).any()  # the dashes


@pytest.mark.parametrize(
    ("mirrored", "scale", "x", "y"),
    [
        (False, 1.0, 60.3, -20.4),
        (True, 1.0, 90.6, 10.2),
        (False, 0.55, 60.2, 40.4),
        (False, 2.9, -300.2, -200.3),
    ],
)
def test_it_puts_an_upright_picture_where_a_warp_would_lay_it(
    mirrored: bool, scale: float, x: float, y: float
) -> None:
    soft = cv2.GaussianBlur(registered(), (0, 0), 4)
    across = -scale if mirrored else scale
    way = np.array([[across, 0, x + (WIDTH * scale if mirrored else 0)], [0, scale, y], [0, 0, 1.0]])
    laid = draw_map(soft, soft, replace(PLAIN, transform=way, changes=(SPOT,))).registered
    expected = cv2.warpPerspective(soft, way, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    shown = (
        cv2.erode(
            cv2.warpPerspective(np.ones((HEIGHT, WIDTH), np.uint8), way, (WIDTH, HEIGHT)),
            np.ones((5, 5), np.uint8),
        )
        > 0
    )
    assert shown.mean() > 0.15
    assert np.abs(laid[shown].astype(int) - expected[shown]).mean() < 2


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 900, 3)])
def test_it_draws_into_any_upload(shape: tuple[int, int, int]) -> None:
    upload = np.zeros(shape, np.uint8)
    changed = replace(PLAIN, changes=(replace(SPOT, box=(0, 0, 1, 1)),))
    assert draw_map(upload, registered(), changed, longest=300).map.shape[2] == 3
