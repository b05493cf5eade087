"""How an edited picture is saved or passed on: an encoder by name."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import recoded, resized, shrunk, to_image

Encoder = Callable[[Picture], tuple[str, bytes]]
CHAT_SIDE, CHAT_QUALITY = 1280, 60  # pixels and JPEG quality of a chat application


def saved(kind: str, rgb: Picture, **options: Any) -> tuple[str, bytes]:
    """The file's extension and its bytes, with no metadata."""
    stream = io.BytesIO()
    to_image(rgb).save(stream, kind, **options)
    return kind.lower(), stream.getvalue()


def scaled(factor: float, quality: int, rgb: Picture) -> tuple[str, bytes]:
    """Resampled by a factor, then JPEG."""
    height, width = rgb.shape[:2]
    return saved("JPEG", resized(rgb, width * factor, height * factor), quality=quality)


def chat(rgb: Picture) -> tuple[str, bytes]:
    """As a chat application passes it on."""
    return saved("JPEG", shrunk(rgb, CHAT_SIDE), quality=CHAT_QUALITY)


def chat_twice(rgb: Picture) -> tuple[str, bytes]:
    """Forwarded: coded twice, smaller the second time."""
    first = recoded(shrunk(rgb, CHAT_SIDE), "JPEG", quality=CHAT_QUALITY)
    height, width = first.shape[:2]
    return saved("JPEG", resized(first, width * 0.85, height * 0.85), quality=70)


# Half of all edited copies are saved as JPEG 70.
ENDINGS: dict[str, Encoder] = {
    "jpeg_90": partial(saved, "JPEG", quality=90, subsampling=0),
    "jpeg_70": partial(saved, "JPEG", quality=70),
    "png": partial(saved, "PNG", compress_level=1),
    "webp_80": partial(saved, "WEBP", quality=80),
}
TURNS = ("jpeg_70", "jpeg_90", "jpeg_70", "png", "jpeg_70", "webp_80")

RECOMPRESSED: dict[str, Encoder] = {
    **{f"jpeg_{quality}": partial(saved, "JPEG", quality=quality) for quality in (95, 85, 75, 60, 50, 40)},
    "webp_80": partial(saved, "WEBP", quality=80),
    "webp_50": partial(saved, "WEBP", quality=50),
    "png": partial(saved, "PNG", compress_level=1),
    **{f"scaled_{factor:g}": partial(scaled, factor, 85) for factor in (0.5, 0.75, 1.25, 1.5)},
    "chat": chat,
    "chat_twice": chat_twice,
}
