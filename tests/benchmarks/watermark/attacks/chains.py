"""What happens to a picture on its way: messengers, screenshots, edits, cameras, printers."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.colour import brightness, saturation
from tests.benchmarks.watermark.attacks.compression import jpeg, webp
from tests.benchmarks.watermark.attacks.geometry import random_crop, scale, turn_inside
from tests.benchmarks.watermark.attacks.pixels import (
    font,
    resized,
    rounded,
    shrunk,
    smooth_noise,
    to_image,
    to_rgb,
)
from tests.benchmarks.watermark.attacks.warping import jittered, projection

PAPER = (238, 237, 234)
SCREEN_EDGE = 0.06  # of the photograph of a screen, around the screen
SCREEN_ANGLES = (15, 75, 45)  # degrees, of the printer's dots in red, green, and blue


def screenshot(rgb: Picture, scene: Scene) -> Picture:
    """In a browser's window with lines of text below, the screen scaled to 0.8, JPEG 75."""
    page = _page(rgb, max(24, min(rgb.shape[:2]) // 12))
    shown = resized(to_rgb(page), page.width * 0.8, page.height * 0.8, Image.Resampling.BILINEAR)
    return jpeg(75)(shown, scene)


def _page(rgb: Picture, unit: int) -> Image.Image:
    height, width = rgb.shape[:2]
    page = Image.new("RGB", (width + 3 * unit, height + 5 * unit), (246, 247, 249))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, unit), fill=(32, 36, 44))
    title = "Browser - example.org/post/1234"
    draw.text((unit / 2, unit / 4), title, (230, 230, 230), font(unit / 2.2))
    page.paste(to_image(rgb), (int(1.5 * unit), 2 * unit))
    text = "Lorem ipsum dolor sit amet, consectetur adipiscing elit"
    for line in range(3):
        place = (1.5 * unit, height + (2.3 + 0.8 * line) * unit)
        draw.text(place, text, (40, 40, 40), font(unit / 2.4))
    return page


def messenger(longest: int, quality: int) -> Distortion:
    """Shrunk to a long side in pixels, then JPEG."""
    return lambda rgb, scene: jpeg(quality)(shrunk(rgb, longest), scene)


def two_uploads(rgb: Picture, scene: Scene) -> Picture:
    """1080 pixels and JPEG 70; then 5 % of the area off, scaled to 0.9, WebP 70."""
    first = messenger(1080, 70)(rgb, scene)
    return webp(70)(scale(0.9)(random_crop(0.95)(first, scene), scene), scene)


def forwarded(rgb: Picture, scene: Scene) -> Picture:
    """JPEG five times, ever coarser, each time without the first row and column."""
    for quality in (85, 80, 75, 70, 65):
        rgb = jpeg(quality)(rgb[1:, 1:], scene)
    return rgb


def edited(rgb: Picture, scene: Scene) -> Picture:
    """Straightened by 2 degrees, cropped to 60 %, brightened, more colour, scaled to 0.7, JPEG 75."""
    for step in (turn_inside(2), random_crop(0.6), brightness(1.15), saturation(1.3), scale(0.7), jpeg(75)):
        rgb = step(rgb, scene)
    return rgb


def photographed_screen(strength: float) -> Distortion:
    """A phone's photograph of a screen: tilt, dark room, moiré, blur, colour cast, vignette, noise, JPEG 70.

    ``strength`` is how far a corner moves, in sides of the photograph; the rest grows with it.
    """

    def run(rgb: Picture, scene: Scene) -> Picture:
        photograph = _in_a_dark_room(rgb, strength, scene.random)
        return jpeg(70)(rounded(_exposed(photograph, strength, scene.random)), scene)

    return run


def _in_a_dark_room(rgb: Picture, strength: float, random: np.random.Generator) -> Picture:
    """The screen's columns, tilted, on a dark wall, out of focus; each side 15 % longer."""
    screen_height, screen_width = rgb.shape[:2]
    height, width = (round(side * 1.15) for side in rgb.shape[:2])
    low, high = SCREEN_EDGE, 1 - SCREEN_EDGE
    corners = [(x * width, y * height) for x, y in ((low, low), (high, low), (high, high), (low, high))]
    screen_corners = [(0, 0), (screen_width, 0), (screen_width, screen_height), (0, screen_height)]
    inverse = projection(jittered(corners, strength, width, height, random), screen_corners)
    shot = (
        to_image(_columns_of_a_screen(rgb, strength))
        .convert("RGBA")
        .transform(
            (width, height),
            Image.Transform.PERSPECTIVE,
            inverse,
            Image.Resampling.BICUBIC,
            fillcolor=(0, 0, 0, 0),
        )
    )
    wall = Image.new("RGBA", (width, height), (46, 42, 40, 255))
    return to_rgb(Image.alpha_composite(wall, shot).filter(ImageFilter.GaussianBlur(20 * strength)))


def _columns_of_a_screen(rgb: Picture, strength: float) -> Picture:
    columns = np.arange(rgb.shape[1])
    darker = 0.05 * strength / 0.04 * (0.5 + 0.5 * np.sin(2 * np.pi * columns / 3.07))
    return rounded(rgb * (1 - darker)[:, None])


def _exposed(photograph: Picture, strength: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Another gamma, moiré, a cast of colour, dark corners, and noise; grey levels (H, W, 3)."""
    height, width = photograph.shape[:2]
    values = 255 * (photograph / 255.0) ** random.uniform(0.85, 1.2)
    rows, columns = np.mgrid[0:height, 0:width]
    angle, period = random.uniform(0.1, 1.4), random.uniform(5, 11)
    along = columns * math.cos(angle) + rows * math.sin(angle)
    values += 100 * strength * np.sin(2 * np.pi * along / period)[..., None]
    values *= np.array([random.uniform(0.92, 1.06) for _ in range(3)])
    values *= (1 - 0.25 * ((columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2))[..., None]
    return np.asarray(values + random.normal(0, 100 * strength, values.shape))


def printed_and_scanned(rgb: Picture, scene: Scene) -> Picture:
    """Printed in dots, blurred, flatter, with the paper's grain; scanned a little smaller and askew; JPEG 80."""
    height, width = rgb.shape[:2]
    dotted = _halftone(resized(rgb, width * 2, height * 2))
    printed = to_image(rounded(dotted)).filter(ImageFilter.GaussianBlur(1.4))
    size = (round(width * 0.93), round(height * 0.93))
    scanned = to_rgb(printed.resize(size, Image.Resampling.BOX))
    page = to_image(rounded(_on_paper(scanned, scene.random)))
    askew = page.rotate(0.7, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)
    return jpeg(80)(to_rgb(ImageOps.expand(askew, round(0.04 * width), PAPER)), scene)


def _halftone(rgb: Picture) -> NDArray[np.float32]:
    """A grid of dots added to each channel at its own angle, grey levels."""
    values = rgb.astype(np.float32)
    rows, columns = np.mgrid[0 : rgb.shape[0], 0 : rgb.shape[1]]
    for channel, degrees in enumerate(SCREEN_ANGLES):
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        along, across = columns * cos + rows * sin, -columns * sin + rows * cos
        values[..., channel] += 34 * np.sin(2 * np.pi * along / 3.7) * np.sin(2 * np.pi * across / 3.7)
    return values


def _on_paper(rgb: Picture, random: np.random.Generator) -> NDArray[np.float32]:
    """Ink's smaller range of greys, and the grain of the paper."""
    height, width = rgb.shape[:2]
    values = 28 + (rgb.astype(np.float32) / 255) ** 1.1 * 208
    values += 3 * smooth_noise(height, width, 3, random)[..., None] + random.normal(0, 2.5, values.shape)
    return np.asarray(values, np.float32)


ATTACKS = (
    Attack("screenshot", Tier.CORE, "chain", screenshot),
    Attack("messenger_1280", Tier.CORE, "chain", messenger(1280, 75)),
    Attack("messenger_640", Tier.CORE, "chain", messenger(640, 60)),
    Attack("thumbnail_320", Tier.HARD, "chain", messenger(320, 75)),
    Attack("social", Tier.CORE, "chain", two_uploads),
    Attack("jpeg_chain", Tier.CORE, "chain", forwarded),
    Attack("edit_chain", Tier.HARD, "chain", edited),
    Attack("camera_mild", Tier.HARD, "chain", photographed_screen(0.015)),
    Attack("camera_strong", Tier.EXTREME, "chain", photographed_screen(0.04)),
    Attack("print_scan", Tier.EXTREME, "chain", printed_and_scanned),
)
