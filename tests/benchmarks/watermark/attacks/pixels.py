"""Between arrays and Pillow, and what several groups of attacks need."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from tests.benchmarks.watermark.attacks.attack import Picture

SMALLEST_SIDE = 8  # pixels; no attack resizes to less


def to_image(rgb: Picture) -> Image.Image:
    """A Pillow image of an array (H, W, 3)."""
    return Image.fromarray(np.ascontiguousarray(rgb))


def to_rgb(image: Image.Image) -> Picture:
    """A writable array (H, W, 3) of a Pillow image, converted to RGB."""
    return np.array(image.convert("RGB"), np.uint8)


def rounded(values: NDArray[Any]) -> Picture:
    """Rounded and clipped to 0..255."""
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def recoded(rgb: Picture, kind: str, **options: Any) -> Picture:
    """Saved by a Pillow codec and opened again."""
    stream = io.BytesIO()
    to_image(rgb).save(stream, kind, **options)
    return to_rgb(Image.open(stream))


def resized(
    rgb: Picture, width: float, height: float, how: Image.Resampling = Image.Resampling.BICUBIC
) -> Picture:
    """Resampled to a size in pixels, rounded."""
    size = (max(SMALLEST_SIDE, round(width)), max(SMALLEST_SIDE, round(height)))
    return to_rgb(to_image(rgb).resize(size, how))


def shrunk(rgb: Picture, longest: int) -> Picture:
    """Shrunk, never enlarged, until the long side has at most so many pixels."""
    height, width = rgb.shape[:2]
    factor = longest / max(height, width)
    return rgb if factor >= 1 else resized(rgb, width * factor, height * factor, Image.Resampling.LANCZOS)


def smooth_noise(height: int, width: int, cell: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Noise within about -1..1 that changes over some ``cell`` pixels, (H, W)."""
    grid = random.uniform(-1, 1, (height // cell + 2, width // cell + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, at least eight pixels high."""
    return ImageFont.load_default(max(8, round(size)))
