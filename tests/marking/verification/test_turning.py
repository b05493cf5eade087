"""A turn …"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.comparison import Lie
from marking.verification.report import Evidence, Fact, Finding, Layer
from marking.verification.turning import UPRIGHT, Turn, lie_of, of_picture, turn_of

turns = st.builds(Turn, st.integers(0, 3), st.booleans())


def turned(rgb: NDArray[np.uint8], turn: Turn) -> NDArray[np.uint8]:
    """Mirror left to right first, then turn clockwise."""
    mirrored = rgb[:, ::-1] if turn.is_mirrored else rgb
    return np.rot90(mirrored, -turn.quarters)


@settings(max_examples=20, deadline=None)
@given(turns)
def test_it_is_undone_to_the_pixel(turn: Turn) -> None:
    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert np.array_equal(turn.undone(turned(rgb, turn)), rgb)


@settings(max_examples=40, deadline=None)
@given(turns, st.integers(0, 5), st.integers(0, 3))
def test_it_takes_a_box_to_where_its_pixels_went(turn: Turn, left: int, top: int) -> None:
    rgb = np.zeros((6, 9, 3), np.uint8)
    rgb[top : top + 2, left : left + 3] = 1
    x, y, width, height = turn.box((left, top, 3, 2), 6, 9)
    found = turned(rgb, turn)
    assert found[y : y + height, x : x + width].all()
    assert found.sum() == rgb.sum()


@pytest.mark.parametrize(
    ("facts", "turn"),
    [
        ({}, UPRIGHT),
        ({"rotation_degrees": 0.0, "mirrored": True}, Turn(0, True)),
        ({"rotation_degrees": 90.0, "mirrored": False}, Turn(1)),
        ({"rotation_degrees": -90.0, "mirrored": True}, Turn(3, True)),
        ({"rotation_degrees": -178.0}, Turn(2)),
        ({"rotation_degrees": 87.0}, Turn(1)),
        ({"rotation_degrees": 86.9, "mirrored": True}, UPRIGHT),
        ({"rotation_degrees": 45.0}, UPRIGHT),
    ],
)
def test_it_is_told_by_the_watermark(facts: dict[str, Fact], turn: Turn) -> None:
    assert turn_of(Evidence(Layer.WATERMARK, Finding.UNREGISTERED, facts)) == turn


def test_it_says_what_was_done_and_nothing_of_an_upright_picture() -> None:
    assert UPRIGHT.facts() == {}
    assert Turn(3, True).facts() == {"turned": 270, "mirrored": True}


def test_how_a_picture_lies_is_told_by_its_watermark() -> None:
    facts: dict[str, Fact] = {"scale": 0.75, "rotation_degrees": -90.0, "mirrored": True}
    lie = lie_of(Evidence(Layer.WATERMARK, Finding.UNREGISTERED, facts))
    assert lie == Lie(0.75, -90.0, is_mirrored=True)
    assert lie_of(Evidence(Layer.WATERMARK, Finding.NOT_FOUND)) is None


@pytest.mark.parametrize(
    ("shape", "scale"), [((1024, 2000, 3), 0.375), ((300, 200, 3), 0.75), ((64, 64), 1.5)]
)
def test_a_lie_is_that_of_the_released_picture_and_not_of_its_canvas(
    shape: tuple[int, ...], scale: float
) -> None:
    assert of_picture(Lie(0.75), shape) == Lie(scale)
