"""Brightness, contrast, colour, and looks."""

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.filtering import sharpen
from tests.benchmarks.watermark.attacks.pixels import rounded, to_image, to_rgb

SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])


def brightness(factor: float) -> Distortion:
    return lambda rgb, _: to_rgb(ImageEnhance.Brightness(to_image(rgb)).enhance(factor))


def contrast(factor: float) -> Distortion:
    return lambda rgb, _: to_rgb(ImageEnhance.Contrast(to_image(rgb)).enhance(factor))


def saturation(factor: float) -> Distortion:
    return lambda rgb, _: to_rgb(ImageEnhance.Color(to_image(rgb)).enhance(factor))


def gamma(exponent: float) -> Distortion:
    table = rounded(255 * (np.arange(256) / 255) ** exponent)
    return lambda rgb, _: table[rgb]


def hue(degrees: float) -> Distortion:
    """Hues turned round the circle."""

    def run(rgb: Picture, _: Scene) -> Picture:
        hues, *others = to_image(rgb).convert("HSV").split()
        turned = (np.asarray(hues).astype(int) + round(degrees * 256 / 360)) % 256
        return to_rgb(Image.merge("HSV", [Image.fromarray(turned.astype(np.uint8)), *others]))

    return run


def posterise(bits: int) -> Distortion:
    return lambda rgb, _: to_rgb(ImageOps.posterize(to_image(rgb), bits))


def equalise(rgb: Picture, _: Scene) -> Picture:
    return to_rgb(ImageOps.equalize(to_image(rgb)))


def invert(rgb: Picture, _: Scene) -> Picture:
    return 255 - rgb


def old_photograph(rgb: Picture, scene: Scene) -> Picture:
    """Half sepia, faded blacks, dark corners, sharpened."""
    values = rgb.astype(np.float32)
    values = 0.55 * values + 0.45 * values @ SEPIA.T
    values = 18 + values * (235 - 18) / 255
    height, width = rgb.shape[:2]
    rows, columns = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)
    values *= (1 - 0.28 * (columns**2 + rows**2) / 2)[..., None]
    return sharpen(2, 60)(rounded(values), scene)


def _attack(name: str, tier: Tier, run: Distortion) -> Attack:
    return Attack(name, tier, "colour", run)


ATTACKS = (
    _attack("brightness_0.5", Tier.CORE, brightness(0.5)),
    _attack("contrast_0.5", Tier.CORE, contrast(0.5)),
    _attack("brightness_1.5", Tier.CORE, brightness(1.5)),
    _attack("contrast_1.5", Tier.CORE, contrast(1.5)),
    _attack("gamma_0.5", Tier.CORE, gamma(0.5)),
    _attack("gamma_2", Tier.CORE, gamma(2.0)),
    _attack("grayscale", Tier.CORE, saturation(0)),
    _attack("saturate_1.8", Tier.CORE, saturation(1.8)),
    _attack("hue_30", Tier.CORE, hue(30)),
    _attack("hue_180", Tier.HARD, hue(180)),
    _attack("posterise_4bit", Tier.HARD, posterise(4)),
    _attack("equalise", Tier.CORE, equalise),
    _attack("invert", Tier.HARD, invert),
    _attack("photo_filter", Tier.CORE, old_photograph),
)
