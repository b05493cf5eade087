"""Registered pictures, copies that change nothing, and edits that do, each edit with the box of what it changed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.marking.marks.watermark.pictures import photograph

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]

HEIGHT, WIDTH = 300, 400
SPOT = (200, 130, 62, 48)
"""Middle and half axes of what the edits change: a twelfth of the picture."""
SPOT_BOX = (138, 82, 124, 96)


def registered(seed: int = 1) -> Picture:
    """A picture with texture everywhere and a few things in it."""
    return photograph(seed, HEIGHT, WIDTH)


def gradient() -> Picture:
    """A picture without anything in it."""
    rows, columns = np.indices((HEIGHT, WIDTH), np.float32)
    return np.stack([60 + columns / 4, 200 - rows / 3, 90 + (rows + columns) / 8], axis=2).astype(np.uint8)


def jpeg(rgb: Picture, quality: int) -> Picture:
    _, encoded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])


def resized(rgb: Picture, scale: float) -> Picture:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def clipped(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def sharpened(rgb: Picture) -> Picture:
    return clipped(2.0 * rgb - cv2.GaussianBlur(rgb, (0, 0), 1.5))


def grey(rgb: Picture) -> Picture:
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def vignetted(rgb: Picture) -> Picture:
    rows, columns = np.meshgrid(
        np.linspace(-1, 1, rgb.shape[0]), np.linspace(-1, 1, rgb.shape[1]), indexing="ij"
    )
    return clipped(rgb * (1 - 0.2 * (rows**2 + columns**2))[..., None])


def indexed(rgb: Picture) -> Picture:
    """With few colours, as in a GIF."""
    return (rgb // 43 * 43 + 21).astype(np.uint8)


def screenshot(rgb: Picture, scale: float = 0.9) -> Picture:
    """On a page, under a bar and among letters."""
    shown = resized(rgb, scale)
    page = np.full((shown.shape[0] + 160, shown.shape[1] + 90, 3), 244, np.uint8)
    page[:30] = (50, 70, 110)
    for row in range(50, page.shape[0], 22):
        cv2.putText(page, "letters of a page " * 4, (4, row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30))
    page[80 : 80 + shown.shape[0], 40 : 40 + shown.shape[1]] = shown
    return page


def photographed(rgb: Picture) -> tuple[Picture, NDArray[np.float64]]:
    """Taken off a screen: in perspective, bent a little, darker at the corners; and the homography that led there."""
    height, width = rgb.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = flat * 1.1 + np.array([[52, 44], [30, 52], [36, 30], [40, 40]], np.float32)
    way = cv2.getPerspectiveTransform(flat, seen)
    size = (round(width * 1.3), round(height * 1.35))
    lying = cv2.warpPerspective(rgb, way, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(38, 36, 40))
    rows, columns = np.indices(lying.shape[:2], np.float32)
    bent = cv2.remap(lying, columns + 1.5 * np.sin(rows / 90), rows + np.sin(columns / 110), cv2.INTER_LINEAR)
    moire = 1 + 0.03 * np.sin(2.7 * columns) * np.sin(2.9 * rows)
    return vignetted(clipped(bent * moire[..., None])), np.asarray(way, np.float64)


def spot() -> NDArray[np.float32]:
    """The ellipse that edits change, softened at its edge: (HEIGHT, WIDTH, 1), 0 to 1."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.ellipse(mask, SPOT[:2], SPOT[2:], 0, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5)[..., None], np.float32)


def replaced(rgb: Picture) -> Picture:
    """Another face, say."""
    soft = spot()
    other = np.roll(photograph(77, HEIGHT, WIDTH), 40, axis=1).astype(np.float32)
    return clipped(rgb * (1 - soft) + other * soft)


def recoloured(rgb: Picture) -> Picture:
    soft = spot()
    return clipped(rgb * (1 - soft) + rgb[..., [2, 0, 1]] * np.array([1.2, 0.8, 0.7]) * soft)


def painted(rgb: Picture) -> Picture:
    """A thing of one bright colour put in."""
    soft = spot()
    return clipped(rgb * (1 - soft) + np.array([250, 220, 20]) * soft)


def inpainted(rgb: Picture) -> Picture:
    """Something erased."""
    mask = (spot()[..., 0] > 0.1).astype(np.uint8)
    return np.asarray(cv2.inpaint(rgb, mask, 5, cv2.INPAINT_TELEA), np.uint8)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)
