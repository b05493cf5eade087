"""What becomes of a picture when people pass it on, made with Pillow as their programs would."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

Copy = Callable[[Image.Image], bytes]

DESKTOP, BAR, PAGE, INK = (38, 66, 92), (222, 222, 226), (250, 250, 250), (70, 70, 76)


def screenshot(picture: Image.Image) -> bytes:
    """The screen while a viewer shows the picture at 80 %: title bar, page and desktop around it; JPEG 75."""
    width, height = (round(side * 0.8) for side in picture.size)
    screen = Image.new("RGB", (width + 220, height + 200), DESKTOP)
    draw = ImageDraw.Draw(screen)
    draw.rectangle((40, 30, width + 160, height + 160), fill=PAGE)
    draw.rectangle((40, 30, width + 160, 66), fill=BAR)
    draw.text((60, 42), "picture - viewer", fill=INK)
    for left in (100, 124, 148):
        draw.ellipse((width + left - 40, 42, width + left - 28, 54), fill=INK)
    screen.paste(picture.resize((width, height), Image.Resampling.BICUBIC), (100, 96))
    return _jpeg(screen, 75)


def messenger(picture: Image.Image) -> bytes:
    """As messengers send pictures: 1280 pixels on the long side, JPEG 75."""
    return _jpeg(_limited(picture, 1280), 75)


def small_messenger(picture: Image.Image) -> bytes:
    """As they send them over poor networks: 640 pixels, JPEG 60."""
    return _jpeg(_limited(picture, 640), 60)


def thumbnail(picture: Image.Image) -> bytes:
    """As lists of search results show them: 320 pixels, JPEG 75."""
    return _jpeg(_limited(picture, 320), 75)


COPIES: dict[str, Copy] = {
    "screenshot": screenshot,
    "messenger": messenger,
    "small messenger": small_messenger,
    "thumbnail": thumbnail,
}


def _limited(picture: Image.Image, side: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()
