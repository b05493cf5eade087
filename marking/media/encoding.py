"""Write pixels to a fresh file that carries nothing from any other file but what is asked for."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.media import gif_encoding
from marking.media.exif import Density
from marking.media.formats import ANIMATED, MediaType
from marking.media.frames import Animation, Frame

_Z_RLE = 3
_PREDICTOR, _HORIZONTAL = 317, 2  # TIFF 6.0, section 14
# Key frames only: otherwise libwebp lays a lossy frame over the last one, which then shows through its holes.
_WHOLE_FRAMES: dict[str, Any] = {"kmin": 0, "kmax": 1}
KEEPS_DENSITY = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.TIFF})
"""Formats with a place for the density outside EXIF, which is not written."""
_LONGEST_SIDE = {
    MediaType.PNG: 2**31 - 1,
    MediaType.JPEG: 65_500,
    MediaType.WEBP: 16_383,
    MediaType.GIF: gif_encoding.LONGEST_SIDE,
    MediaType.TIFF: 2**31 - 1,
    MediaType.AVIF: 65_536,
}


def encode_picture(
    rgb: NDArray[np.uint8],
    *,
    alpha: NDArray[np.uint8] | None = None,
    icc_profile: bytes | None = None,
    media_type: MediaType,
    quality: int = 92,
    density: Density | None = None,
) -> bytes:
    """Encode uint8 RGB of shape (H, W, 3), with alpha of shape (H, W) for all but JPEG.

    No EXIF, position, text or thumbnail is written. ``quality``, 1 to 100, is for JPEG, WebP and AVIF; PNG and TIFF
    are lossless, GIF has 256 colours and whole transparency (see `gif_encoding`). ``density``, in pixels per inch, is
    written in the formats of `KEEPS_DENSITY`, in JPEG as whole numbers. Raises ValueError for a format that
    is not written (HEIC), alpha in JPEG, an unfit array or quality, and sides beyond the format's (WebP 16,383, JPEG
    65,500, GIF 65,535, AVIF 65,536).
    """
    _require_fit(rgb, alpha, media_type, quality)
    if media_type is MediaType.GIF:
        return gif_encoding.encode_gif([Frame(rgb, alpha)], loops=None, icc_profile=icc_profile)
    pixels = rgb if alpha is None else np.dstack([rgb, alpha])
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(
        encoded, icc_profile=icc_profile, **_settings(media_type, quality), **_printed(media_type, density)
    )
    return encoded.getvalue()


def encode_animation(
    animation: Animation,
    *,
    icc_profile: bytes | None = None,
    media_type: MediaType,
    quality: int = 92,
    density: Density | None = None,
) -> bytes:
    """Encode frames of one size with their durations and loops as GIF, or as animated PNG or WebP.

    PNG and WebP may join frames that are equal, for as long as they took together. Raises ValueError as
    `encode_picture` does, and for other formats.
    """
    if media_type not in ANIMATED:
        raise ValueError(f"expected GIF, PNG or WebP for an animation, found {media_type}")
    for frame in animation.frames:
        _require_fit(frame.rgb, frame.alpha, media_type, quality)
    if media_type is MediaType.GIF:
        return gif_encoding.encode_gif(animation.frames, loops=animation.loops, icc_profile=icc_profile)
    first, *others = (Image.fromarray(pixels) for pixels in _alike(animation.frames))
    encoded = io.BytesIO()
    first.save(
        encoded,
        save_all=True,
        append_images=others,
        duration=[frame.milliseconds for frame in animation.frames],
        loop=animation.loops or 0,
        icc_profile=icc_profile,
        **(_WHOLE_FRAMES if first.mode == "RGBA" and media_type is MediaType.WEBP else {}),
        **_settings(media_type, quality),
        **_printed(media_type, density),
    )
    return encoded.getvalue()


def _alike(frames: Sequence[Frame]) -> list[NDArray[np.uint8]]:
    """RGB of all frames, or RGBA of all if one has alpha."""
    if all(frame.alpha is None for frame in frames):
        return [frame.rgb for frame in frames]
    opaque = np.full(frames[0].rgb.shape[:2], 255, np.uint8)
    return [np.dstack([frame.rgb, opaque if frame.alpha is None else frame.alpha]) for frame in frames]


def _require_fit(
    rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, media_type: MediaType, quality: int
) -> None:
    if not media_type.is_written:
        raise ValueError(f"expected a format that is written here, found {media_type}")
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"expected uint8 of shape (H, W, 3), found {rgb.dtype} of shape {rgb.shape}")
    if max(rgb.shape[:2]) > _LONGEST_SIDE[media_type]:
        raise ValueError(f"expected sides up to {_LONGEST_SIDE[media_type]}, found {max(rgb.shape[:2])}")
    if not 1 <= quality <= 100:
        raise ValueError(f"expected a quality of 1 to 100, found {quality}")
    if alpha is None:
        return
    if media_type is MediaType.JPEG:
        raise ValueError("JPEG has no alpha; expected alpha=None")
    if alpha.dtype != np.uint8 or alpha.shape != rgb.shape[:2]:
        raise ValueError(
            f"expected alpha of shape {rgb.shape[:2]}, found {alpha.dtype} of shape {alpha.shape}"
        )


def _printed(media_type: MediaType, density: Density | None) -> dict[str, Any]:
    return {"dpi": density} if density is not None and media_type in KEEPS_DENSITY else {}


def _settings(media_type: MediaType, quality: int) -> dict[str, Any]:
    """Pillow's settings for one format.

    JPEG: 4:2:0 as cameras and generators write it; 4:4:4 takes 1.5 times the time and 1.3 times the bytes for
    colour detail the source rarely has, and the marks live in luma. Not progressive, not optimised: 2 to 6
    times the time for 1 to 6 % of the bytes. WebP: always lossy, also for a lossless source, whose
    exact values are gone once it is marked; method 2 takes 0.4 of the default's time for the same bytes.
    PNG: level 1 with run lengths takes 0.3 of the default's time for 1.5 % more bytes. TIFF: deflate with
    differences, which every reader of today knows, takes 0.75 of LZW's bytes. AVIF: speed 9 takes 0.2 of speed 8's
    time for 10 % more bytes at the same likeness, one thread as everywhere.
    """
    settings: dict[MediaType, dict[str, Any]] = {
        MediaType.JPEG: {"format": "JPEG", "quality": quality, "subsampling": "4:2:0"},
        MediaType.WEBP: {"format": "WEBP", "quality": quality, "method": 2},
        MediaType.PNG: {"format": "PNG", "compress_level": 1, "compress_type": _Z_RLE},
        MediaType.TIFF: {
            "format": "TIFF",
            "compression": "tiff_adobe_deflate",
            "tiffinfo": {_PREDICTOR: _HORIZONTAL},
        },
        MediaType.AVIF: {"format": "AVIF", "quality": quality, "speed": 9, "max_threads": 1},
    }
    return settings[media_type]
