"""Faces of nobody, drawn: shaded enough for a detector that was trained on photographs."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.conftest import photograph

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

DRAWN_SIDE = 480
BACKGROUND, HAIR, SKIN, SHADE = (150, 165, 180), (60, 45, 40), (215, 175, 150), (185, 140, 118)
NOSE, BRIDGE, LIP, MOUTH = (165, 115, 95), (195, 152, 130), (165, 80, 80), (100, 45, 45)


def face(side: int = 240, skin: Colour = SKIN) -> Pixels:
    """A face from the front, uint8 (side, side, 3), about half as wide as that."""
    return np.asarray(cv2.resize(_drawn(skin), (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def scene(*places: tuple[int, int], height: int = 384, width: int = 640, side: int = 200) -> Pixels:
    """A textured picture, uint8 (height, width, 3), with a drawn face of ``side`` pixels at each place (x, y)."""
    picture = photograph(height, width)
    for x, y in places:
        picture[y : y + side, x : x + side] = face(side)
    return picture


@lru_cache(maxsize=4)
def _drawn(skin: Colour) -> Pixels:
    canvas = np.full((DRAWN_SIDE, DRAWN_SIDE, 3), BACKGROUND, np.uint8)
    middle = DRAWN_SIDE // 2
    _oval(canvas, (middle, middle - 20), (150, 190), HAIR)
    _oval(canvas, (middle, middle + 20), (125, 165), skin)
    for side in (-1, 1):
        _eye(canvas, middle + side * 52, middle, side)
    cv2.ellipse(canvas, (middle, middle + 45), (24, 12), 0, 0, 180, NOSE, 5, cv2.LINE_AA)
    cv2.line(canvas, (middle - 14, middle - 20), (middle - 20, middle + 40), BRIDGE, 5, cv2.LINE_AA)
    _oval(canvas, (middle, middle + 95), (46, 14), LIP)
    cv2.line(canvas, (middle - 44, middle + 94), (middle + 44, middle + 94), MOUTH, 4, cv2.LINE_AA)
    _oval(canvas, (middle, middle + 115), (36, 7), SHADE)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 3), np.uint8)


def _eye(canvas: Pixels, x: int, middle: int, side: int) -> None:
    _oval(canvas, (x, middle - 25), (38, 24), SHADE)
    cv2.ellipse(canvas, (x, middle - 55), (36, 9), -side * 4, 0, 360, HAIR, -1, cv2.LINE_AA)
    _oval(canvas, (x, middle - 20), (24, 11), (240, 240, 240))
    _oval(canvas, (x, middle - 20), (10, 10), HAIR)
    cv2.ellipse(canvas, (x, middle - 27), (27, 9), 0, 180, 360, HAIR, 4, cv2.LINE_AA)


def _oval(canvas: Pixels, centre: tuple[int, int], axes: tuple[int, int], colour: Colour) -> None:
    cv2.ellipse(canvas, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
