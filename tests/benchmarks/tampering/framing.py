"""What is done to a picture's frame, its pixels left alone: cropped, mirrored, turned, put beside others, shown on a page."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from tests.benchmarks.tampering.regions import covering
from tests.benchmarks.tampering.shown import Scene, Shown, scaling, shift
from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import font

CROPPED = (0.05, 0.4)  # share of the area that is cut off
CELL = (0.5, 0.9)  # scale of a picture in a collage
SHOT = (0.5, 0.9)  # scale of a picture on a screenshot
THEMES = (
    ((255, 255, 255), (20, 22, 26), (228, 230, 235)),
    ((24, 25, 28), (226, 228, 232), (52, 54, 60)),
    ((246, 244, 238), (48, 44, 40), (216, 208, 192)),
)  # page, ink, bars
LINES = (
    "mei_lin  2 h", "Look what I found today", "1,204 likes   88 comments",
    "It was there when we came back in the evening, and nobody knows since when.", "Reply   Share   Save",
)  # fmt: skip


def cropped(shown: Shown, scene: Scene) -> Shown:
    """From 5 % to 40 % of the area cut off, all from anywhere."""
    kept = 1 - scene.random.uniform(*CROPPED)
    across = scene.random.uniform(kept, 1) if scene.random.random() < 0.5 else kept**0.5
    width, height = round(shown.width * across), round(shown.height * kept / across)
    left = int(scene.random.integers(shown.width - width + 1))
    top = int(scene.random.integers(shown.height - height + 1))
    return _part(shown, left, top, width, height)


def label_cropped(shown: Shown, scene: Scene) -> Shown:
    """As little cut off as takes the visible label away, and up to a fiftieth more."""
    if scene.label is None:
        raise ValueError("expected a picture with a visible label, found none")
    _, y, _, down = scene.label
    more = scene.random.uniform(0, 0.02)
    if y + down / 2 > shown.height / 2:
        return _part(shown, 0, 0, shown.width, max(8, round(y - more * shown.height)))
    top = min(shown.height - 8, round(y + down + more * shown.height))
    return _part(shown, 0, top, shown.width, shown.height - top)


def mirrored(shown: Shown, scene: Scene) -> Shown:
    """Left for right."""
    flip = np.array([[-1, 0, shown.width - 1], [0, 1, 0], [0, 0, 1]], float)
    return Shown(shown.rgb[:, ::-1].copy(), shown.mask[:, ::-1].copy(), flip @ shown.matrix)


def turned(shown: Shown, scene: Scene) -> Shown:
    """A quarter turn, either way, or a half."""
    count = int(scene.random.integers(1, 4))
    matrix = np.eye(3)
    height, width = shown.rgb.shape[:2]
    for _ in range(count):  # as numpy.rot90: x to the rows counted from below
        matrix = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]], float) @ matrix
        height, width = width, height
    return Shown(np.rot90(shown.rgb, count).copy(), np.rot90(shown.mask, count).copy(), matrix @ shown.matrix)


def collage_of_four(shown: Shown, scene: Scene) -> Shown:
    """One of four, two by two, with borders between."""
    return _collage(shown, scene, 2, 2)


def collage_beside(shown: Shown, scene: Scene) -> Shown:
    """Beside one or two others, or above and below them."""
    count = int(scene.random.integers(2, 4))
    return _collage(shown, scene, *((1, count) if scene.random.random() < 0.6 else (count, 1)))


def screenshot(shown: Shown, scene: Scene) -> Shown:
    """On a page with bars, a name, and lines of text, scaled to 0.5 to 0.9."""
    page, ink, bar = THEMES[int(scene.random.integers(len(THEMES)))]
    small = _scaled(shown, scene.random.uniform(*SHOT))
    unit = max(12, round(min(small.height, small.width) * scene.random.uniform(0.05, 0.09)))
    left, right = (round(unit * scene.random.uniform(0, 4)) for _ in range(2))
    top = round(unit * scene.random.uniform(3, 6))
    width, height = small.width + left + right, small.height + top + round(unit * scene.random.uniform(4, 9))
    canvas = Image.new("RGB", (width, height), page)
    _furnish(canvas, unit, (top, top + small.height), ink, bar)
    return _placed(small, np.array(canvas, np.uint8), left, top)


def _part(shown: Shown, left: int, top: int, width: int, height: int) -> Shown:
    part = (slice(top, top + height), slice(left, left + width))
    return Shown(shown.rgb[part].copy(), shown.mask[part].copy(), shift(-left, -top) @ shown.matrix)


def _scaled(shown: Shown, factor: float) -> Shown:
    width, height = max(8, round(shown.width * factor)), max(8, round(shown.height * factor))
    return shown.moved(scaling(width / shown.width, height / shown.height), width, height)


def _collage(shown: Shown, scene: Scene, rows: int, columns: int) -> Shown:
    small = _scaled(shown, scene.random.uniform(*CELL))
    border = round(small.width * scene.random.uniform(0.005, 0.03))
    page = THEMES[int(scene.random.integers(len(THEMES)))][0]
    ours = int(scene.random.integers(rows * columns))
    down, across = small.height + border, small.width + border
    canvas = np.full((rows * down + border, columns * across + border, 3), page, np.uint8)
    for number in range(rows * columns):
        top, left = border + number // columns * down, border + number % columns * across
        cell = covering(scene.other(), small.width, small.height)
        canvas[top : top + small.height, left : left + small.width] = cell
    return _placed(small, canvas, border + ours % columns * across, border + ours // columns * down)


def _placed(shown: Shown, canvas: Picture, left: int, top: int) -> Shown:
    part = (slice(top, top + shown.height), slice(left, left + shown.width))
    canvas[part] = shown.rgb
    mask = np.zeros(canvas.shape[:2], bool)
    mask[part] = shown.mask
    return Shown(canvas, mask, shift(left, top) @ shown.matrix)


def _furnish(
    canvas: Image.Image, unit: int, rows: tuple[int, int], ink: tuple[int, ...], bar: tuple[int, ...]
) -> None:
    """A bar above, a name with a round portrait, and lines of text below the rows that the picture takes."""
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, 0, canvas.width, 1.2 * unit), fill=bar)
    draw.text((0.4 * unit, 0.2 * unit), "9:41      example.org/post/1234", ink, font(0.6 * unit))
    draw.ellipse((0.4 * unit, rows[0] - 1.4 * unit, 1.5 * unit, rows[0] - 0.3 * unit), fill=(120, 144, 200))
    draw.text((1.9 * unit, rows[0] - 1.2 * unit), LINES[0], ink, font(0.6 * unit))
    for number, line in enumerate(LINES[1:]):
        draw.text((0.5 * unit, rows[1] + (0.4 + number) * unit), line, ink, font(0.6 * unit))
    draw.rectangle((0, canvas.height - unit, canvas.width, canvas.height), fill=bar)
