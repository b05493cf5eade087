"""A telephone's photograph of a screen."""

from __future__ import annotations

import math

import cv2
import numpy as np

from tests.benchmarks.tampering.shown import Matrix, Plane, Scene, Shown, shift
from tests.benchmarks.watermark.attacks import Picture

TILT = (3, 8)  # degrees out of the plane of the screen
ROLL = 3  # degrees, at most, about the line of sight
DISTANCE = 1.6  # of the camera, in long sides of the picture
ROOM = (0.04, 0.12)  # around the screen, in sides of the photograph
PIXELS = (1.0, 1.5)  # of the photograph to one of the picture
BEZEL = 0.02  # the screen's own edge, in long sides of the picture


def photographed(shown: Shown, scene: Scene) -> Shown:
    """Tilted by 3 to 8 degrees before a dark room: its pixel columns, moiré, blur, dark corners, a cast of colour, noise."""
    random = scene.random
    screen = shown.with_pixels(_columned(shown.rgb, random))
    matrix, width, height = _view(shown.width, shown.height, random)
    shot = screen.moved(matrix, width, height)
    room = _room(shown, matrix, width, height, random)
    lit = _warped_share(shown, matrix, width, height)[..., None]
    focused = cv2.GaussianBlur(shot.rgb * lit + room * (1 - lit), (0, 0), random.uniform(0.5, 1.1))
    return shot.with_pixels(_exposed(np.asarray(focused, np.float32), random))


def _view(width: int, height: int, random: np.random.Generator) -> tuple[Matrix, int, int]:
    """From the picture to the photograph, and the photograph's size."""
    plane = _projection(width, height, random)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen = cv2.perspectiveTransform(corners[None], plane)[0]
    low, high = seen.min(axis=0), seen.max(axis=0)
    factor = random.uniform(*PIXELS) * width / (high[0] - low[0])
    room = random.uniform(*ROOM, size=4)
    size = (high - low) * factor * (1 + room[:2] + room[2:])
    offset = (high - low) * factor * room[:2] - low * factor
    matrix = shift(*offset) @ np.diag([factor, factor, 1.0]) @ plane
    return matrix, math.ceil(size[0]), math.ceil(size[1])


def _projection(width: int, height: int, random: np.random.Generator) -> Matrix:
    """A pinhole's view of a tilted plane: pixels of the picture to pixels about the picture's centre."""
    tilt, toward = np.radians(random.uniform(*TILT)), random.uniform(0, 2 * np.pi)
    roll = np.radians(random.uniform(-ROLL, ROLL))
    axis = np.array([math.cos(toward), math.sin(toward), 0]) * tilt
    turn = cv2.Rodrigues(np.array([0, 0, roll]))[0] @ cv2.Rodrigues(axis)[0]
    focus = DISTANCE * max(width, height)
    centred = shift(-width / 2, -height / 2)
    outer = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, focus]])
    return np.asarray(np.diag([focus, focus, 1.0]) @ outer @ centred, np.float64)


def _columned(rgb: Picture, random: np.random.Generator) -> Picture:
    """The gaps between the columns of a screen, which beat with those of the camera."""
    columns = np.arange(rgb.shape[1])
    gaps = 0.5 + 0.5 * np.sin(2 * np.pi * columns / random.uniform(2.6, 3.4))
    return np.asarray(np.rint(rgb * (1 - random.uniform(0.01, 0.05) * gaps)[:, None]), np.uint8)


def _room(shown: Shown, matrix: Matrix, width: int, height: int, random: np.random.Generator) -> Plane:
    """What is around the picture: the screen's edge, and a dim wall; float32 (H, W, 3)."""
    wall = random.uniform(15, 90) * np.array([1.05, 1.0, 0.92])
    slope = np.linspace(0.7, 1.2, width, dtype=np.float32)[None, :, None]
    edge = BEZEL * max(shown.width, shown.height)
    corners = np.array([[-edge, -edge], [shown.width + edge, -edge],
                        [shown.width + edge, shown.height + edge], [-edge, shown.height + edge]])  # fmt: skip
    outline = cv2.perspectiveTransform(corners[None], matrix)[0]
    room = np.asarray(np.broadcast_to(wall * slope, (height, width, 3)), np.float32).copy()
    cv2.fillConvexPoly(room, np.rint(outline).astype(np.int32), (14, 14, 16), cv2.LINE_AA)
    return room


def _warped_share(shown: Shown, matrix: Matrix, width: int, height: int) -> Plane:
    """How much of each pixel of the photograph is picture, float32 (H, W)."""
    ones = np.ones(shown.rgb.shape[:2], np.float32)
    return np.asarray(cv2.warpPerspective(ones, matrix, (width, height)), np.float32)


def _exposed(values: Plane, random: np.random.Generator) -> Picture:
    """Another gamma, moiré, a cast, dark corners, glare, and noise."""
    height, width = values.shape[:2]
    lit = (values.clip(0, 255) / 255) ** np.float32(random.uniform(0.85, 1.2))
    values = np.asarray(255 * lit, np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    values += _moire(rows, columns, random)
    values *= random.uniform(0.9, 1.07, 3).astype(np.float32)
    away = (columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2
    values *= (1 - np.float32(random.uniform(0.15, 0.5)) * away)[..., None]
    noise = random.normal(0, random.uniform(1.5, 4), values.shape).astype(np.float32)
    return np.asarray(np.rint(np.clip(values + noise, 0, 255)), np.uint8)


def _moire(rows: Plane, columns: Plane, random: np.random.Generator) -> Plane:
    """A slow wave of another phase in each channel, bent a little."""
    angle, period = random.uniform(0, np.pi), random.uniform(6, 40)
    along = columns * math.cos(angle) + rows * math.sin(angle) + 4 * np.sin(rows / 97)
    phases = np.array([0, 2, 4], np.float32)
    waves = np.sin(along[..., None] * np.float32(2 * np.pi / period) + phases)
    return np.asarray(random.uniform(1.5, 5) * waves, np.float32)
