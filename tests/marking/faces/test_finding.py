from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.faces import find_faces
from marking.faces.finding import WORKING_PIXELS, Box
from tests.conftest import photograph
from tests.drawn_faces import face, scene


def _holds(box: Box, point: tuple[int, int]) -> bool:
    x, y, width, height = box
    return x <= point[0] < x + width and y <= point[1] < y + height


@pytest.mark.parametrize("side", [60, 80, 240, 1000])
def test_it_finds_a_drawn_face_of_many_sizes(side: int) -> None:
    (found,) = find_faces(face(side))
    assert _holds(found.box, (side // 2, side // 2))
    assert 0 < found.confidence < 1


def test_it_finds_each_face_from_left_to_right() -> None:
    found = find_faces(scene((380, 90), (40, 90)))
    assert [_holds(each.box, middle) for each, middle in zip(found, [(140, 190), (480, 190)], strict=True)]


def test_it_finds_a_face_without_colours() -> None:
    grey = scene((40, 90)).mean(axis=2).astype(np.uint8)
    assert len(find_faces(np.dstack([grey] * 3))) == 1


def test_it_finds_the_large_face_of_a_picture_larger_than_it_searches() -> None:
    large = np.repeat(np.repeat(face(300), 6, axis=0), 6, axis=1)
    assert large.shape[0] * large.shape[1] > WORKING_PIXELS
    (found,) = find_faces(large)
    assert _holds(found.box, (900, 900))


def test_it_cuts_a_box_off_at_the_edge_of_the_picture() -> None:
    close = face(300)[60:270, 80:220]
    for found in find_faces(np.ascontiguousarray(close)):
        x, y, width, height = found.box
        assert x + width <= 140
        assert y + height <= 210


def test_it_finds_none_in_a_texture() -> None:
    assert find_faces(photograph()) == ()


def test_it_misses_faces_that_lie_on_their_side() -> None:
    """What the pages say of it: a hint, never a proof."""
    assert find_faces(np.ascontiguousarray(np.rot90(face(240)))) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (64, 20000), (2, 3)])
def test_it_takes_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    assert find_faces(np.full((*shape, 3), 90, np.uint8)) == ()


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_every_box_lies_inside(height: int, width: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for found in find_faces(noise):
        x, y, w, h = found.box
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_it_refuses_what_is_no_rgb_picture(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels"):
        find_faces(picture)
