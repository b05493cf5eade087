"""Covering, writing over, and putting into another picture."""

import math

import numpy as np
from PIL import Image, ImageDraw

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.pixels import font, resized, to_image, to_rgb

CLEAR = (0, 0, 0, 0)
WHITE = (255, 255, 255, 255)
BROWN = (60, 40, 0, 255)


def occlude(share: float) -> Distortion:
    """Rectangles, plain or of noise, until so much of the area is covered."""

    def run(rgb: Picture, scene: Scene) -> Picture:
        random, (height, width) = scene.random, rgb.shape[:2]
        result, covered = rgb.copy(), np.zeros((height, width), bool)
        while covered.mean() < share:
            left = share - float(covered.mean())
            area = height * width * min(left + 0.01, random.uniform(0.02, 0.12))
            place = _rectangle(area, height, width, random)
            plain = random.random() < 0.5
            size = 3 if plain else (*result[place].shape[:2], 3)
            result[place] = random.integers(0, 256, size)
            covered[place] = True
        return result

    return run


def _rectangle(area: float, height: int, width: int, random: np.random.Generator) -> tuple[slice, slice]:
    """Rows and columns of a rectangle of about so many pixels, anywhere in the picture."""
    aspect = random.uniform(0.5, 2.0)
    tall = min(height, max(2, round(math.sqrt(area * aspect))))
    wide = min(width, max(2, round(math.sqrt(area / aspect))))
    top = int(random.integers(0, height - tall + 1))
    left = int(random.integers(0, width - wide + 1))
    return slice(top, top + tall), slice(left, left + wide)


def overlay(rgb: Picture, _: Scene) -> Picture:
    """A caption on a banner, a smiley, and a badge in the corner."""
    image = to_image(rgb).convert("RGBA")
    layer = Image.new("RGBA", image.size, CLEAR)
    draw = ImageDraw.Draw(layer)
    _caption(draw, *image.size)
    _smiley(draw, *image.size)
    _badge(draw, min(image.size))
    return to_rgb(Image.alpha_composite(image, layer))


def _caption(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    unit = min(width, height)
    draw.rectangle((0, height - 0.14 * unit, width, height), fill=(0, 0, 0, 150))
    place = (0.04 * unit, height - 0.12 * unit)
    draw.text(place, "WHEN THE IMAGE IS SHARED", WHITE, font(0.075 * unit))


def _smiley(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    x, y, radius = 0.72 * width, 0.16 * height, 0.11 * min(width, height)
    face = (x - radius, y - radius, x + radius, y + radius)
    draw.ellipse(face, fill=(255, 210, 40, 255), outline=(90, 60, 0, 255), width=3)
    for side in (-0.35, 0.35):
        eye = x + side * radius
        box = (eye - 0.12 * radius, y - 0.4 * radius, eye + 0.12 * radius, y - 0.1 * radius)
        draw.ellipse(box, fill=BROWN)
    mouth = (x - 0.6 * radius, y - 0.4 * radius, x + 0.6 * radius, y + 0.6 * radius)
    draw.arc(mouth, 20, 160, fill=BROWN, width=4)


def _badge(draw: ImageDraw.ImageDraw, unit: int) -> None:
    box = (0.03 * unit, 0.03 * unit, 0.26 * unit, 0.13 * unit)
    draw.rounded_rectangle(box, 0.02 * unit, fill=(200, 20, 40, 230))
    draw.text((0.05 * unit, 0.045 * unit), "LOGO", WHITE, font(0.06 * unit))


def sample_text(rgb: Picture, _: Scene) -> Picture:
    """A word all over the picture, slanting and half transparent, as sellers of pictures do."""
    image = to_image(rgb).convert("RGBA")
    width, height = image.size
    side, step = int(math.hypot(width, height)) + 2, min(width, height) / 5
    layer = Image.new("RGBA", (side, side), CLEAR)
    draw = ImageDraw.Draw(layer)
    for row in range(int(side / step) + 1):
        place = (0 if row % 2 else -step, row * step)
        draw.text(place, "  ".join(["SAMPLE"] * 12), (255, 255, 255, 90), font(step / 3))
    left, top = (side - width) // 2, (side - height) // 2
    slanted = layer.rotate(30).crop((left, top, left + width, top + height))
    return to_rgb(Image.alpha_composite(image, slanted))


def collage_native(rgb: Picture, scene: Scene) -> Picture:
    """In another picture of four times its area."""
    height, width = rgb.shape[:2]
    return _pasted(rgb, resized(scene.other, width * 2, height * 2), scene.random)


def collage_halved(rgb: Picture, scene: Scene) -> Picture:
    """Halved, in another picture of its own size."""
    height, width = rgb.shape[:2]
    half = resized(rgb, width / 2, height / 2, Image.Resampling.LANCZOS)
    return _pasted(half, resized(scene.other, width, height), scene.random)


def _pasted(rgb: Picture, background: Picture, random: np.random.Generator) -> Picture:
    height, width = rgb.shape[:2]
    top = int(random.integers(0, background.shape[0] - height + 1))
    left = int(random.integers(0, background.shape[1] - width + 1))
    background[top : top + height, left : left + width] = rgb
    return background


def _attack(name: str, tier: Tier, run: Distortion) -> Attack:
    return Attack(name, tier, "compose", run)


ATTACKS = (
    _attack("occlude_10", Tier.CORE, occlude(0.10)),
    _attack("occlude_25", Tier.HARD, occlude(0.25)),
    _attack("occlude_50", Tier.EXTREME, occlude(0.50)),
    _attack("overlay", Tier.CORE, overlay),
    _attack("tiled_text", Tier.HARD, sample_text),
    _attack("collage_native", Tier.HARD, collage_native),
    _attack("collage_half", Tier.EXTREME, collage_halved),
)
