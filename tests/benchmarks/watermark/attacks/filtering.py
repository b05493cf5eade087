"""Blur, sharpening, noise, and what removes noise."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.compression import jpeg
from tests.benchmarks.watermark.attacks.pixels import resized, rounded, to_image, to_rgb


def blur(sigma: float) -> Distortion:
    return lambda rgb, _: to_rgb(to_image(rgb).filter(ImageFilter.GaussianBlur(sigma)))


def median(size: int) -> Distortion:
    return lambda rgb, _: to_rgb(to_image(rgb).filter(ImageFilter.MedianFilter(size)))


def sharpen(radius: float, percent: int) -> Distortion:
    return lambda rgb, _: to_rgb(to_image(rgb).filter(ImageFilter.UnsharpMask(radius, percent, 0)))


def noise(sigma: float) -> Distortion:
    """Normal noise in each channel, in grey levels."""
    return lambda rgb, scene: rounded(rgb + scene.random.normal(0, sigma, rgb.shape))


def salt_and_pepper(share: float) -> Distortion:
    """So many of the pixels black or white."""

    def run(rgb: Picture, scene: Scene) -> Picture:
        drawn = scene.random.random(rgb.shape[:2])
        spotted = rgb.copy()
        spotted[drawn < share / 2] = 0
        spotted[drawn > 1 - share / 2] = 255
        return spotted

    return run


def denoise(rgb: Picture, scene: Scene) -> Picture:
    """Strong smoothing that spares edges, averaged with a median."""
    return rounded(0.6 * _bilateral(rgb, 3, 2.5, 22.0) + 0.4 * median(3)(rgb, scene))


def down_and_up(factor: float) -> Distortion:
    """Shrunk by a factor and enlarged again."""

    def run(rgb: Picture, _: Scene) -> Picture:
        height, width = rgb.shape[:2]
        small = resized(rgb, width * factor, height * factor, Image.Resampling.LANCZOS)
        return resized(small, width, height, Image.Resampling.LANCZOS)

    return run


def regenerate(rgb: Picture, scene: Scene) -> Picture:
    """Halved, smoothed, compressed, enlarged, sharpened, grained.

    A cheap lower bound for what an auto-encoder does to a picture; it isn't one, and diffusion does far more.
    """
    height, width = rgb.shape[:2]
    small = resized(rgb, width / 2, height / 2, Image.Resampling.LANCZOS)
    coded = jpeg(40)(rounded(_bilateral(small, 2, 1.5, 16.0)), scene)
    return noise(3)(sharpen(1.5, 120)(resized(coded, width, height), scene), scene)


def _bilateral(rgb: Picture, radius: int, reach: float, contrast: float) -> NDArray[np.float32]:
    """Means over the neighbours, weighed by distance (deviation ``reach``) and difference in grey (``contrast``).

    Tomasi, Manduchi: Bilateral filtering for gray and color images, 1998, doi:10.1109/ICCV.1998.710815.
    """
    values = rgb.astype(np.float32)
    grey = values.mean(axis=2)
    wide = np.pad(values, ((radius, radius), (radius, radius), (0, 0)), "edge")
    wide_grey = np.pad(grey, radius, "edge")
    total, weights = np.zeros_like(values), np.zeros_like(grey)
    for down in range(2 * radius + 1):
        for right in range(2 * radius + 1):
            place = (slice(down, down + grey.shape[0]), slice(right, right + grey.shape[1]))
            distance = (down - radius) ** 2 + (right - radius) ** 2
            gap = wide_grey[place] - grey
            weight = np.exp(-distance / (2 * reach**2) - gap * gap / (2 * contrast**2))
            total += weight[..., None] * wide[place]
            weights += weight
    return np.asarray(total / weights[..., None])


ATTACKS = (
    Attack("blur_1", Tier.CORE, "filter", blur(1)),
    Attack("blur_2", Tier.HARD, "filter", blur(2)),
    Attack("blur_3", Tier.EXTREME, "filter", blur(3)),
    Attack("median_3", Tier.CORE, "filter", median(3)),
    Attack("median_5", Tier.HARD, "filter", median(5)),
    Attack("sharpen", Tier.CORE, "filter", sharpen(2, 150)),
    Attack("noise_5", Tier.CORE, "noise", noise(5)),
    Attack("noise_10", Tier.CORE, "noise", noise(10)),
    Attack("noise_20", Tier.HARD, "noise", noise(20)),
    Attack("salt_pepper_2", Tier.HARD, "noise", salt_and_pepper(0.02)),
    Attack("denoise", Tier.HARD, "filter", denoise),
    Attack("down_up_0.5", Tier.CORE, "filter", down_and_up(0.5)),
    Attack("down_up_0.25", Tier.HARD, "filter", down_and_up(0.25)),
    Attack("regen_proxy", Tier.EXTREME, "filter", regenerate),
)
