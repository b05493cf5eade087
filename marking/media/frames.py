"""The frames of an animation, each as a whole picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.media.formats import MediaType
from marking.media.gif import take_apart
from marking.media.gif_frames import composed

_PILLOW_NAME = {MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}


@dataclass(frozen=True)
class Frame:
    """One frame as it is seen. ``rgb``: uint8 (H, W, 3); ``alpha``: uint8 (H, W), None when opaque; both read-only."""

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    milliseconds: float = 0


@dataclass(frozen=True)
class Animation:
    """Two or more frames. ``loops``: the number of the file's format, 0 for ever; None where it says nothing."""

    frames: tuple[Frame, ...]
    loops: int | None


def decode_gif(content: bytes, *, every_frame: bool) -> Animation:
    """Lay the frames of a GIF over each other, all or only the first. Raises what Pillow raises for damaged codes."""
    parts = take_apart(content)
    shown = zip(composed(content, parts), parts.frames, strict=False)
    frames = []
    for pixels, frame in shown:
        frames.append(_frame(pixels, 10 * frame.delay))
        if not every_frame:
            break
    return Animation(tuple(frames), parts.loops)


def decode_animation(content: bytes, media_type: MediaType) -> tuple[Animation, bool]:
    """Decode all frames of an animated PNG or WebP, and say whether a still beside them was left out.

    Raises what Pillow raises for damaged data.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content), formats=[_PILLOW_NAME[media_type]])
    has_still = bool(image.info.get("default_image"))
    frames = tuple(_seen(image, first=int(has_still)))
    return Animation(frames, int(image.info.get("loop", 0))), has_still


def _seen(image: Image.Image, *, first: int) -> Iterator[Frame]:
    for number in range(first, getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        pixels = np.asarray(_in_8_bits(image).convert("RGBA"))
        yield _frame(pixels, float(image.info.get("duration", 0)))


def _in_8_bits(image: Image.Image) -> Image.Image:
    """16-bit grey is scaled, which ``convert`` would clip."""
    if image.mode != "I;16":
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _frame(rgba: NDArray[np.uint8], milliseconds: float) -> Frame:
    rgb, alpha = np.ascontiguousarray(rgba[..., :3]), np.ascontiguousarray(rgba[..., 3])
    rgb.flags.writeable = alpha.flags.writeable = False
    return Frame(rgb, None if alpha.min() == 255 else alpha, milliseconds)
