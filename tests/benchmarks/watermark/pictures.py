"""Pictures of the kinds that are hard to mark, made from seeds: drawings, text, darkness, whiteness, slopes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from config.paintings import PAINTINGS
from marking.marks.explicit_label.lettering import FONT_PATH
from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import rounded, to_rgb

WHITE, INK = (255, 255, 255), (34, 36, 40)
PALETTE = ((239, 71, 63), (255, 190, 60), (47, 128, 237), (39, 174, 96), (155, 81, 224), (242, 242, 242))
LATIN = (
    "A mark that survives is of use only where it can be read again: after a messenger has shrunk the picture, "
    "after a screenshot, after somebody has cut off its edge. Text leaves little room for one. "
)
CHINESE = (
    "人工智能生成的图片、音频、视频应当添加显式标识与隐式标识，任何人都可以检验文件的来源、时间和用途。"
    "水印在压缩、裁剪、旋转之后仍能读出，没有找到标识并不能证明什么。"
)


def write(folder: Path, names: Sequence[str] = ()) -> Iterator[Path]:
    """Make the pictures, all when none is named, as PNG files in a folder, itself made where there is none.

    Raises ValueError for a name that is none of them.
    """
    if unknown := set(names) - set(KINDS):
        raise ValueError(f"expected pictures out of {', '.join(KINDS)}, found {', '.join(sorted(unknown))}")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or KINDS:
        path = folder / f"{name}.png"
        Image.fromarray(KINDS[name]()).save(path, compress_level=1)
        yield path


def flat_drawing() -> Picture:
    """Large shapes of one colour each."""
    random = np.random.default_rng(1)
    image = Image.new("RGB", (1200, 900), (250, 244, 230))
    draw = ImageDraw.Draw(image)
    for number in range(24):
        x, y, size = (int(random.integers(*span)) for span in ((0, 1200), (0, 900), (60, 260)))
        shape = draw.ellipse if number % 2 else draw.rectangle
        shape((x - size, y - size * 0.7, x + size, y + size * 0.7), fill=PALETTE[number % len(PALETTE)])
    return to_rgb(image)


def line_diagram() -> Picture:
    """Thin boxes and arrows on white."""
    image = Image.new("RGB", (1200, 900), WHITE)
    draw = ImageDraw.Draw(image)
    for row in range(4):
        for column in range(5):
            x, y = 60 + column * 230, 60 + row * 210
            draw.rectangle((x, y, x + 150, y + 90), outline=INK, width=2)
            draw.text((x + 20, y + 34), f"step {row * 5 + column + 1}", INK, _font(20))
            draw.line((x + 150, y + 45, x + 230, y + 45), fill=INK, width=2)
            draw.line((x + 75, y + 90, x + 75, y + 210), fill=INK, width=1)
    return to_rgb(image)


def latin_page() -> Picture:
    """A screenshot of text in Latin letters, dark on white."""
    return _page(LATIN, 1280, 800, 18, WHITE, INK)


def chinese_page() -> Picture:
    """A screenshot of Chinese text on a telephone, light on dark."""
    return _page(CHINESE, 828, 1400, 30, (22, 24, 28), (222, 224, 228))


def dark() -> Picture:
    """A night without lamps: grey levels below 30."""
    return rounded(6 + 24 * _texture(768, 1024, 2))


def nearly_white() -> Picture:
    """Paper: grey levels above 243."""
    return rounded(244 + 11 * _texture(768, 1024, 3))


def gradient() -> Picture:
    """A slope from one colour to another, with nothing on it."""
    share = np.linspace(0, 1, 768)[:, None, None] * 0.8 + np.linspace(0, 0.2, 1024)[None, :, None]
    return rounded(np.array((52, 92, 160)) * (1 - share) + np.array((250, 214, 176)) * share)


def soft_render() -> Picture:
    """Smooth, saturated, glossy, as generators of pictures make them: soft discs of light on soft colours."""
    random = np.random.default_rng(5)
    places = np.linspace(0, 1, 1024, dtype=np.float32)
    values = 90 + 60 * _texture(1024, 1024, 6, slope=2.2)
    for _ in range(30):
        y, x, size = random.random(), random.random(), 0.03 + 0.12 * random.random()
        down, across = (np.exp(-((places - middle) ** 2) / (2 * size**2)) for middle in (y, x))
        values += np.outer(down, across)[..., None] * random.uniform(-120, 160, 3)
    return rounded(values)


def small() -> Picture:
    """256 pixels a side."""
    return rounded(60 + 140 * _texture(256, 256, 7))


def large() -> Picture:
    """4000 x 3000 pixels with detail down to the pixel."""
    return rounded(40 + 180 * _texture(3000, 4000, 8))


KINDS: dict[str, Callable[[], Picture]] = {
    "flat_drawing": flat_drawing,
    "line_diagram": line_diagram,
    "latin_page": latin_page,
    "chinese_page": chinese_page,
    "dark": dark,
    "nearly_white": nearly_white,
    "gradient": gradient,
    "soft_render": soft_render,
    "small": small,
    "large": large,
    **PAINTINGS,  # the site's own sample works
}


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_PATH, size)


def _page(
    text: str, width: int, height: int, size: int, paper: tuple[int, int, int], ink: tuple[int, int, int]
) -> Picture:
    """A text over and over, broken where the line is full, under a bar like a browser's."""
    image = Image.new("RGB", (width, height), paper)
    draw, font = ImageDraw.Draw(image), _font(size)
    draw.rectangle((0, 0, width, 3 * size), fill=(70, 96, 140))
    line, y = "", 5 * size
    for character in text * 40:
        if font.getlength(line + character) > width - 4 * size:
            draw.text((2 * size, y), line, ink, font)
            line, y = "", y + round(1.7 * size)
        line += character
    return to_rgb(image)


def _texture(height: int, width: int, seed: int, slope: float = 1.2) -> NDArray[np.float32]:
    """Noise in three kindred channels whose amplitude falls with frequency to the power ``slope``; mostly 0..1."""
    random = np.random.default_rng(seed)
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequencies[0, 0] = np.inf
    planes = []
    for _ in range(3):
        spectrum = np.fft.rfft2(random.normal(size=(height, width))) / frequencies**slope
        plane = np.fft.irfft2(spectrum, s=(height, width))
        planes.append((plane / plane.std()).astype(np.float32))
    mixed = 0.8 * planes[0][..., None] + 0.35 * np.stack(planes, axis=-1)
    return np.asarray(np.clip(0.5 + 0.2 * mixed, 0, 1), np.float32)
