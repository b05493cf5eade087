"""Pictures that have nothing to do with any marked one, as many as wanted: made, or cut out of unmarked ones."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from marking.marks.explicit_label import Wording, draw
from marking.marks.explicit_label.lettering import FONT_PATH
from marking.marks.watermark import PAYLOAD_BITS, TooSmall, embed
from tests.benchmarks.tampering.files import saved
from tests.benchmarks.tampering.framing import screenshot
from tests.benchmarks.tampering.shown import Plane, Scene, Shown
from tests.benchmarks.watermark.attacks import Picture, seed_of
from tests.benchmarks.watermark.attacks.pixels import rounded, to_rgb

LONGEST, SHORTEST = (420, 600), (300, 420)  # pixels of the sides
CUT_SHARE = 0.4  # of all, cut out of unmarked pictures
DRESSED_SHARE = (
    0.3  # of all, with something on them that every marked picture or every screenshot has as well
)
OCTAVES = 6
WORDS = (
    "Not every picture that looks like another comes from it. 图片相似不等于同源。Figures for the second quarter "
    "are given in thousands. 未经审计。See the notes on page twelve for the method. 天气晴，微风。"
)
Maker = Callable[[int, int, np.random.Generator], Picture]


def unrelated(number: int, others: tuple[Picture, ...], seed: int) -> tuple[str, str, bytes]:
    """Picture ``number``: its kind, its file's extension, and its bytes; the same for the same arguments."""
    random = np.random.default_rng(seed_of(seed, "unrelated", number))
    sides = [int(random.integers(*span)) for span in (LONGEST, SHORTEST)]
    width, height = sides if random.random() < 0.6 else sides[::-1]
    if others and random.random() < CUT_SHARE:
        kind, rgb = "cut", _cut(width, height, others, random)
    else:
        kind = list(MAKERS)[int(random.integers(len(MAKERS)))]
        rgb = MAKERS[kind](height, width, random)
    if random.random() < DRESSED_SHARE:
        dress = list(DRESSES)[int(random.integers(len(DRESSES)))]
        kind, rgb = f"{kind}, {dress}", DRESSES[dress](rgb, random)
    return kind, *_file(rgb, random)


def _file(rgb: Picture, random: np.random.Generator) -> tuple[str, bytes]:
    if random.random() < 0.2:
        return saved("PNG", rgb, compress_level=1)
    return saved("JPEG", rgb, quality=int(random.integers(55, 96)))


def _cut(width: int, height: int, others: tuple[Picture, ...], random: np.random.Generator) -> Picture:
    """A part of an unmarked picture, at another size, perhaps mirrored or of another tone."""
    rgb = others[int(random.integers(len(others)))]
    share = random.uniform(0.3, 1)
    factor = share * min(rgb.shape[1] / width, rgb.shape[0] / height)
    across, down = max(8, int(width * factor)), max(8, int(height * factor))
    left, top = int(random.integers(rgb.shape[1] - across + 1)), int(random.integers(rgb.shape[0] - down + 1))
    part = rgb[top : top + down, left : left + across]
    part = part[:, ::-1] if random.random() < 0.5 else part
    sized = cv2.resize(np.ascontiguousarray(part), (width, height), interpolation=cv2.INTER_CUBIC)
    return rounded(255 * (sized / 255.0) ** random.uniform(0.7, 1.4))


def clouds(height: int, width: int, random: np.random.Generator, roughness: float = 0.55) -> Plane:
    """Fractal noise in 0..1, float32 (H, W): octaves of smooth noise, each finer and weaker."""
    total, weight = np.zeros((height, width), np.float32), 1.0
    for octave in range(OCTAVES):
        cells = 2 + 2**octave
        grid = random.normal(size=(cells, cells)).astype(np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= roughness
    low, high = total.min(), total.max()
    return np.asarray((total - low) / max(float(high - low), 1e-6), np.float32)


def landscape(height: int, width: int, random: np.random.Generator) -> Picture:
    """A sky and ridges before each other, with grain."""
    sky, ground = random.uniform(90, 255, 3), random.uniform(10, 130, 3)
    slope = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    values = sky * (1 - 0.4 * slope) + 40 * clouds(height, width, random)[..., None]
    rows = np.arange(height)[:, None]
    for layer in range(1, 5):
        ridge = clouds(2, width, random, 0.6)[0] * height * 0.25 + height * (0.2 + 0.16 * layer)
        colour = sky + (ground - sky) * layer / 4
        texture = random.uniform(10, 60) * (clouds(height, width, random, 0.8) - 0.5)
        values = np.where((rows > ridge)[..., None], colour + texture[..., None], values)
    return rounded(values + random.normal(0, random.uniform(1, 6), values.shape))


def texture(height: int, width: int, random: np.random.Generator) -> Picture:
    """Fractal noise between two colours."""
    share = clouds(height, width, random, random.uniform(0.4, 0.95))[..., None]
    return rounded(random.uniform(0, 255, 3) * share + random.uniform(0, 255, 3) * (1 - share))


def gradient(height: int, width: int, random: np.random.Generator) -> Picture:
    """A slope of colour, straight or round."""
    rows, columns = np.mgrid[0:height, 0:width] / max(height, width)
    angle, centre = random.uniform(0, 2 * np.pi), random.uniform(0, 1, 2)
    straight = rows * np.sin(angle) + columns * np.cos(angle)
    share = straight if random.random() < 0.5 else np.hypot(rows - centre[0], columns - centre[1])
    share = ((share - share.min()) / np.ptp(share))[..., None]
    return rounded(random.uniform(0, 255, 3) * share + random.uniform(0, 255, 3) * (1 - share))


def page(height: int, width: int, random: np.random.Generator) -> Picture:
    """A page of text, dark on light or light on dark."""
    is_dark, size = random.random() < 0.3, int(random.integers(11, 28))
    paper, ink = ((24, 26, 30), (220, 222, 226)) if is_dark else ((252, 252, 248), (30, 32, 36))
    image = Image.new("RGB", (width, height), paper)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT_PATH), size)
    for row in range(size, height - size, round(size * random.uniform(1.4, 1.9))):
        start = int(random.integers(len(WORDS) - 20))
        draw.text((size, row), (WORDS + WORDS)[start : start + int(width / size * 1.4)], ink, font)
    return to_rgb(image)


def chart(height: int, width: int, random: np.random.Generator) -> Picture:
    """Bars or lines on a grid with axes."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw, left, bottom = ImageDraw.Draw(image), round(0.1 * width), round(0.88 * height)
    for row in np.linspace(0.1 * height, bottom, 6):
        draw.line((left, row, width - 10, row), fill=(216, 218, 222))
    draw.line((left, 10, left, bottom, width - 10, bottom), fill=(40, 42, 46), width=2)
    count = int(random.integers(4, 14))
    for _ in range(int(random.integers(1, 4))):
        colour, tops = _colour(random), random.uniform(0.1 * height, bottom, count)
        places = np.linspace(left + 12, width - 30, count)
        if random.random() < 0.5:
            draw.line([(float(x), float(y)) for x, y in zip(places, tops, strict=True)], fill=colour, width=3)
        else:
            for x, y in zip(places, tops, strict=True):
                draw.rectangle((x, y, x + 0.5 * width / count, bottom), fill=colour)
    return to_rgb(image)


def shapes(height: int, width: int, random: np.random.Generator) -> Picture:
    """Plain shapes over each other, as on a poster."""
    image = Image.new("RGB", (width, height), _colour(random))
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(5, 40))):
        x, y, size = (
            random.uniform(0, width),
            random.uniform(0, height),
            random.uniform(min(10, 0.2 * width), 0.4 * width),
        )
        box = (x - size, y - size * 0.7, x + size, y + size * 0.7)
        (draw.ellipse if random.random() < 0.5 else draw.rectangle)(box, fill=_colour(random))
    return to_rgb(image)


def tiling(height: int, width: int, random: np.random.Generator) -> Picture:
    """One motif over and over, as on cloth or walls."""
    side = int(random.integers(16, 90))
    motif = shapes(side, side, random) if random.random() < 0.5 else texture(side, side, random)
    rows, columns = height // side + 1, width // side + 1
    return np.ascontiguousarray(np.tile(motif, (rows, columns, 1))[:height, :width])


def discs(height: int, width: int, random: np.random.Generator) -> Picture:
    """Soft discs of light on soft colours, as generators of pictures make them."""
    values = 255 * clouds(height, width, random, 0.3)[..., None] * random.uniform(0.2, 1, 3)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(int(random.integers(5, 25))):
        y, x, size = random.uniform(0, height), random.uniform(0, width), random.uniform(8, 0.3 * width)
        disc = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * size**2))
        values += disc[..., None] * random.uniform(-120, 160, 3)
    return rounded(values)


def labelled(rgb: Picture, random: np.random.Generator) -> Picture:
    """With the visible label that all marked pictures bear."""
    return draw(rgb, Wording.BOTH)[0]


def foreign(rgb: Picture, random: np.random.Generator) -> Picture:
    """With a watermark of the same make under somebody else's key, where there is room for one."""
    try:
        return embed(rgb, int(random.integers(1 << PAYLOAD_BITS)), key=random.bytes(32))
    except TooSmall:
        return rgb


def on_a_page(rgb: Picture, random: np.random.Generator) -> Picture:
    """On the screenshot of a page like those of the edited copies."""
    return screenshot(Shown.untouched(rgb), Scene(random, (rgb,), None)).rgb


def _colour(random: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(each) for each in random.integers(0, 256, 3))
    return red, green, blue


MAKERS: dict[str, Maker] = {
    "landscape": landscape,
    "texture": texture,
    "gradient": gradient,
    "page": page,
    "chart": chart,
    "shapes": shapes,
    "tiling": tiling,
    "discs": discs,
}
DRESSES: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "labelled": labelled,
    "under another key": foreign,
    "on a screenshot": on_a_page,
}
