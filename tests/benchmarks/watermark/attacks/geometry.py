"""Scaling, cropping, turning, framing: the picture stays a picture of straight lines at right angles."""

import math

import numpy as np
from PIL import Image

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.pixels import SMALLEST_SIDE, resized, to_image, to_rgb


def scale(across: float, down: float | None = None) -> Distortion:
    """Resampled by a factor, or by one factor across and another down."""

    def run(rgb: Picture, _: Scene) -> Picture:
        height, width = rgb.shape[:2]
        return resized(rgb, width * across, height * (across if down is None else down))

    return run


def centre_crop(share: float) -> Distortion:
    """The middle, of the same aspect, with so much of the area."""

    def run(rgb: Picture, _: Scene) -> Picture:
        height, width = _part(rgb, share)
        top, left = (rgb.shape[0] - height) // 2, (rgb.shape[1] - width) // 2
        return rgb[top : top + height, left : left + width].copy()

    return run


def random_crop(share: float) -> Distortion:
    """A part anywhere, of the same aspect, with so much of the area."""

    def run(rgb: Picture, scene: Scene) -> Picture:
        height, width = _part(rgb, share)
        top = int(scene.random.integers(0, rgb.shape[0] - height + 1))
        left = int(scene.random.integers(0, rgb.shape[1] - width + 1))
        return rgb[top : top + height, left : left + width].copy()

    return run


def random_crop_and_back(share: float) -> Distortion:
    """A random part, enlarged to the size of the whole."""
    crop = random_crop(share)
    return lambda rgb, scene: resized(crop(rgb, scene), rgb.shape[1], rgb.shape[0])


def avatar(rgb: Picture, _: Scene) -> Picture:
    """The middle square, at 400 x 400 pixels."""
    side = min(rgb.shape[:2])
    top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
    return resized(rgb[top : top + side, left : left + side], 400, 400, Image.Resampling.LANCZOS)


def turn_expanded(degrees: float) -> Distortion:
    """Turned counter-clockwise, all of it kept, on black."""
    return lambda rgb, _: to_rgb(_turned(rgb, degrees))


def turn_inside(degrees: float) -> Distortion:
    """Turned counter-clockwise and cropped to the largest upright rectangle without black."""

    def run(rgb: Picture, _: Scene) -> Picture:
        turned = _turned(rgb, degrees)
        width, height = (int(side) - 2 for side in _upright_rectangle(rgb, degrees))
        left, top = (turned.width - width) // 2, (turned.height - height) // 2
        return to_rgb(turned.crop((left, top, left + width, top + height)))

    return run


def quarter_turns(count: int) -> Distortion:
    return lambda rgb, _: np.ascontiguousarray(np.rot90(rgb, count))


def mirror(axis: int) -> Distortion:
    """Mirrored along the rows (0) or the columns (1)."""
    return lambda rgb, _: np.ascontiguousarray(np.flip(rgb, axis))


def letterbox(share: float) -> Distortion:
    """Black bars above and below, each of so much of the height, and white edges of 3 % of the width."""

    def run(rgb: Picture, _: Scene) -> Picture:
        bar, edge = round(rgb.shape[0] * share), round(rgb.shape[1] * 0.03)
        barred = np.pad(rgb, ((bar, bar), (0, 0), (0, 0)))
        return np.pad(barred, ((0, 0), (edge, edge), (0, 0)), constant_values=255)

    return run


def translate(share: float) -> Distortion:
    """Moved right and down by so much of each side, on grey, in a frame of the same size."""

    def run(rgb: Picture, _: Scene) -> Picture:
        down, right = (round(side * share) for side in rgb.shape[:2])
        moved = np.full_like(rgb, 128)
        moved[down:, right:] = rgb[: rgb.shape[0] - down, : rgb.shape[1] - right]
        return moved

    return run


def _part(rgb: Picture, share: float) -> tuple[int, int]:
    height, width = (max(SMALLEST_SIDE, round(side * math.sqrt(share))) for side in rgb.shape[:2])
    return height, width


def _turned(rgb: Picture, degrees: float) -> Image.Image:
    return to_image(rgb).rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def _upright_rectangle(rgb: Picture, degrees: float) -> tuple[float, float]:
    """Width and height of the largest upright rectangle inside the turned picture.

    Where the picture is so narrow that two corners of the rectangle touch one long side, half the short side decides;
    otherwise all four touch.
    """
    height, width = rgb.shape[:2]
    sin, cos = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    if min(width, height) <= 2 * sin * cos * max(width, height) or abs(sin - cos) < 1e-9:
        half = min(width, height) / 2
        return (half / sin, half / cos) if width >= height else (half / cos, half / sin)
    spread = cos * cos - sin * sin
    return (width * cos - height * sin) / spread, (height * cos - width * sin) / spread


SCALES = (
    Attack("resize_0.25", Tier.HARD, "scale", scale(0.25)),
    *(Attack(f"resize_{factor:g}", Tier.CORE, "scale", scale(factor)) for factor in (0.5, 0.75, 1.5, 2.0)),
    Attack("aspect_0.9x1.1", Tier.CORE, "scale", scale(0.9, 1.1)),
    Attack("aspect_0.7x1.0", Tier.HARD, "scale", scale(0.7, 1.0)),
)
CROPS = (
    Attack("crop_centre_75", Tier.CORE, "crop", centre_crop(0.75)),
    Attack("crop_centre_50", Tier.CORE, "crop", centre_crop(0.5)),
    Attack("crop_centre_25", Tier.HARD, "crop", centre_crop(0.25)),
    Attack("crop_centre_10", Tier.EXTREME, "crop", centre_crop(0.1)),
    Attack("crop_random_50", Tier.CORE, "crop", random_crop(0.5)),
    Attack("crop_random_25", Tier.HARD, "crop", random_crop(0.25)),
    Attack("crop_resize_back_75", Tier.CORE, "crop", random_crop_and_back(0.75)),
    Attack("crop_resize_back_50", Tier.HARD, "crop", random_crop_and_back(0.5)),
    Attack("avatar_400", Tier.HARD, "crop", avatar),
)
TURNS = tuple(
    Attack(f"rotate_{degrees}_{kind}", tier, "rotate", turn(degrees))
    for degrees, tier in ((1, Tier.CORE), (2, Tier.CORE), (5, Tier.CORE), (10, Tier.HARD), (45, Tier.HARD))
    for kind, turn in (("expand", turn_expanded), ("inner", turn_inside))
)
FRAMES = (
    Attack("rotate_90", Tier.CORE, "rotate", quarter_turns(1)),
    Attack("rotate_180", Tier.CORE, "rotate", quarter_turns(2)),
    Attack("flip_h", Tier.CORE, "rotate", mirror(1)),
    Attack("flip_v", Tier.HARD, "rotate", mirror(0)),
    Attack("letterbox_20", Tier.CORE, "crop", letterbox(0.2)),
    Attack("translate_10", Tier.CORE, "crop", translate(0.1)),
)
ATTACKS = (*SCALES, *CROPS, *TURNS, *FRAMES)
