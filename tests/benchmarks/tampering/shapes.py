"""Shapes of edited regions as planes of alpha in 0..1, and the place where a person would put one."""

from __future__ import annotations

import cv2
import numpy as np

from tests.benchmarks.tampering.shown import Box, Plane
from tests.benchmarks.watermark.attacks import Picture

TRIES = 24  # places looked at for one region
BLOB_POINTS = 9


def ellipse(height: int, width: int, feather: float) -> Plane:
    """An ellipse that fills the plane, its edge soft over a share ``feather`` of the radius."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = (rows + 0.5) / height * 2 - 1, (columns + 0.5) / width * 2 - 1
    return smooth((1 - np.hypot(down, across)) / max(feather, 1e-6))


def blob(height: int, width: int, feather: float, random: np.random.Generator) -> Plane:
    """An irregular round shape that fills most of the plane, its edge soft over ``feather`` pixels."""
    angles = (np.arange(BLOB_POINTS) + random.uniform(0, 0.8, BLOB_POINTS)) * 2 * np.pi / BLOB_POINTS
    radii = random.uniform(0.72, 0.98, BLOB_POINTS)
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = np.interp(turn, angles, radii, period=2 * np.pi)
    points = np.stack(
        [np.cos(turn) * radius * width / 2 + width / 2, np.sin(turn) * radius * height / 2 + height / 2]
    )
    drawn = np.zeros((height, width), np.uint8)
    cv2.fillPoly(drawn, [np.rint(points.T).astype(np.int32)], 1)
    inside = cv2.distanceTransform(np.pad(drawn, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return smooth(np.asarray(inside / max(feather, 1e-6), np.float32))


def smooth(values: Plane) -> Plane:
    """From 0 at 0 to 1 at 1 with level ends."""
    share = np.clip(values, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def on_canvas(alpha: Plane, box: Box, height: int, width: int) -> Plane:
    """A shape at a box (x, y, width, height) of a picture, nothing elsewhere."""
    x, y, across, down = box
    canvas = np.zeros((height, width), np.float32)
    canvas[y : y + down, x : x + across] = alpha
    return canvas


def eventful(rgb: Picture, across: int, down: int, random: np.random.Generator, avoid: Box | None) -> Box:
    """Of some places drawn at random, the one with most to see that leaves ``avoid`` alone, if any does."""
    places = _drawn(rgb, across, down, random, avoid)
    return max(places, key=lambda place: detail(cut(rgb, place)))


def cut(rgb: Picture, box: Box) -> Picture:
    """The pixels in a box."""
    x, y, across, down = box
    return rgb[y : y + down, x : x + across]


def detail(rgb: Picture) -> float:
    """How much there is to see: the deviation of the grey levels."""
    return float(rgb.mean(axis=2).std())


def colour(rgb: Picture) -> float:
    """How much colour there is to change: the mean chroma in CIELAB."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


def colourful(rgb: Picture, across: int, down: int, random: np.random.Generator, avoid: Box | None) -> Box:
    """As :func:`eventful`, the place with most colour."""
    places = _drawn(rgb, across, down, random, avoid)
    return max(places, key=lambda place: colour(cut(rgb, place)))


def sides(rgb: Picture, share: float, aspect: float) -> tuple[int, int]:
    """Width and height of a box of so much of the area, ``aspect`` times as wide as high, at least 8 pixels."""
    height, width = rgb.shape[:2]
    down = (height * width * share / aspect) ** 0.5
    return max(8, min(width - 2, round(down * aspect))), max(8, min(height - 2, round(down)))


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share a pixel."""
    return all(
        one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2]
        for axis in (0, 1)
    )


def _drawn(rgb: Picture, across: int, down: int, random: np.random.Generator, avoid: Box | None) -> list[Box]:
    """Places drawn at random, those that leave ``avoid`` alone if there are any."""
    lefts = random.integers(0, rgb.shape[1] - across + 1, TRIES)
    tops = random.integers(0, rgb.shape[0] - down + 1, TRIES)
    places = [(int(x), int(y), across, down) for x, y in zip(lefts, tops, strict=True)]
    return [place for place in places if avoid is None or not meet(place, avoid)] or places
