"""Lossy codecs and palettes."""

from PIL import Image

from tests.benchmarks.watermark.attacks.attack import Attack, Distortion, Picture, Scene, Tier
from tests.benchmarks.watermark.attacks.pixels import recoded, to_image, to_rgb


def jpeg(quality: int) -> Distortion:
    """JPEG with halved colour (4:2:0)."""
    return lambda rgb, _: recoded(rgb, "JPEG", quality=quality, subsampling=2)


def webp(quality: int) -> Distortion:
    return lambda rgb, _: recoded(rgb, "WEBP", quality=quality, method=4)


def avif(quality: int) -> Distortion:
    return lambda rgb, _: recoded(rgb, "AVIF", quality=quality, speed=8)


def jpeg_2000(rate: int) -> Distortion:
    """JPEG 2000, irreversible, compressed to 1 : ``rate``."""
    options = {"quality_mode": "rates", "quality_layers": [rate], "irreversible": True}
    return lambda rgb, _: recoded(rgb, "JPEG2000", **options)


def palette(colours: int) -> Distortion:
    """So many colours, with Floyd and Steinberg's dither."""

    def run(rgb: Picture, _: Scene) -> Picture:
        return to_rgb(to_image(rgb).quantize(colours, dither=Image.Dither.FLOYDSTEINBERG))

    return run


def _attack(name: str, tier: Tier, run: Distortion) -> Attack:
    return Attack(name, tier, "compress", run)


ATTACKS = (
    *(_attack(f"jpeg_q{quality}", Tier.CORE, jpeg(quality)) for quality in (95, 85, 75, 50)),
    *(_attack(f"jpeg_q{quality}", Tier.HARD, jpeg(quality)) for quality in (30, 20)),
    _attack("jpeg_q10", Tier.EXTREME, jpeg(10)),
    *(_attack(f"webp_q{quality}", Tier.CORE, webp(quality)) for quality in (80, 50)),
    _attack("webp_q20", Tier.HARD, webp(20)),
    _attack("avif_q50", Tier.CORE, avif(50)),
    _attack("avif_q25", Tier.HARD, avif(25)),
    _attack("jp2_rate40", Tier.HARD, jpeg_2000(40)),
    _attack("jp2_rate100", Tier.EXTREME, jpeg_2000(100)),
    _attack("png_256c", Tier.CORE, palette(256)),
    _attack("gif_64c", Tier.HARD, palette(64)),
)
