"""Decode a picture file to upright 8-bit RGB.

Decoders are written in C and read files from strangers: call this through `run_bounded`.
"""

import io
import struct
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile, UnidentifiedImageError

from marking.media.colour import in_mode, pixels_of, profile_space, to_rgb
from marking.media.exif import Density
from marking.media.formats import MediaType
from marking.media.frames import Animation, Frame, decode_animation, decode_gif
from marking.media.header import Limits, taken_apart
from marking.media.heic import DECODING_ERRORS, decode_heic
from marking.media.refusal import Refused
from marking.media.structure import Structure

# Pillow fills missing rows with grey when this is on.
ImageFile.LOAD_TRUNCATED_IMAGES = False
# A decoder gets one core, like every other.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_PILLOW_NAME = {
    MediaType.PNG: "PNG",
    MediaType.JPEG: "JPEG",
    MediaType.WEBP: "WEBP",
    MediaType.TIFF: "TIFF",
    MediaType.AVIF: "AVIF",
}
_BROKEN = (*DECODING_ERRORS, EOFError, IndexError, struct.error)
# What Pillow calls the colour models that are brought to another one first.
_PLAIN_MODE = {"RGBa": "RGBA", "La": "LA", "PA": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "1": "L"}

_Layers = tuple[Image.Image, NDArray[np.uint8] | None, list[str]]


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright.

    ``rgb``: uint8 (H, W, 3), C-contiguous, read-only. ``alpha``: uint8 (H, W), or None when fully opaque.
    ``icc_profile``: what the RGB values mean, None for sRGB. ``xmp``: the file's XMP packet, as found.
    ``notes``: what was converted on the way: "10_bit", "12_bit", "16_bit", "grey", "palette", "cmyk",
    "transparent_colour", "orientation", "icc_converted", "icc_dropped", "colours_as_srgb", "crop_ignored",
    "still_dropped", "further_pictures". ``animation``: every frame, of which ``rgb`` and ``alpha`` are the first; None for a still.
    ``is_lossless_webp``: at least one frame was in WebP's lossless form, which is not written here. ``density``: pixels
    per inch across and down, None where the file names none.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    icc_profile: bytes | None
    media_type: MediaType
    xmp: bytes | None
    notes: tuple[str, ...]
    animation: Animation | None = None
    is_lossless_webp: bool = False
    density: Density | None = None

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Every frame; of a still, the one that it is."""
        return self.animation.frames if self.animation else (Frame(self.rgb, self.alpha),)


def open_picture(path: Path, limits: Limits, *, every_frame: bool = False) -> Picture:
    """Decode a picture file: of an animation ``every_frame``, or the first as a still.

    The file's name plays no part; nothing behind the picture's end is read. 16-bit samples keep their high
    byte. Raises Refused as `read_header` does (without a minimum side), and for pixels that are cut short or
    damaged; MemoryError when there is too little memory. Give it ``limits.decoding_bytes``: with less, the
    decoders of WebP and progressive JPEG call a sound file damaged. Damage inside JPEG or WebP data which
    still decodes cannot be told from a picture.
    """
    return _picture(path, limits, every_frame=every_frame)


def open_cut_off(path: Path, limits: Limits) -> Picture:
    """Decode a picture file, of an animation the first frame, as far as it goes where its end is missing.

    For looking only: what is missing comes out as the decoders leave it. Raises as `open_picture` does.
    """
    try:
        return open_picture(path, limits)
    except Refused as refused:
        if refused.code != "truncated":
            raise
        with suppress(Refused):
            return _picture(path, limits, mends=True)
        raise


def _picture(path: Path, limits: Limits, *, every_frame: bool = False, mends: bool = False) -> Picture:
    opened = taken_apart(path, limits, minimum_side=False, whole=every_frame, mends=mends)
    with opened as (data, media_type, structure):
        animated = every_frame and structure.frames > 1
        pixel_file = structure.pixel_file(data, every_frame=animated)
    if animated or media_type is MediaType.GIF:
        return _moving(pixel_file, media_type, structure, every_frame=animated)
    return _still(pixel_file, media_type, structure)


def _moving(content: bytes, media_type: MediaType, structure: Structure, *, every_frame: bool) -> Picture:
    try:
        if media_type is MediaType.GIF:
            animation, has_still = decode_gif(content, every_frame=every_frame), False
        else:
            animation, has_still = decode_animation(content, media_type)
    except _BROKEN as error:
        raise _explained(error) from error
    expected = structure.frames if every_frame else 1
    if len(animation.frames) != expected:
        raise Refused("unreadable", reason=f"it announces {expected} frames and has {len(animation.frames)}")
    frames = tuple(_turned(frame, structure.orientation) for frame in animation.frames)
    profile = structure.icc_profile
    is_rgb = profile is not None and profile_space(profile) == "RGB"
    return Picture(
        rgb=frames[0].rgb,
        alpha=frames[0].alpha,
        icc_profile=profile if is_rgb else None,
        media_type=media_type,
        xmp=structure.xmp,
        notes=(
            *(["still_dropped"] if has_still else []),
            *(["icc_dropped"] if profile is not None and not is_rgb else []),
            *(["orientation"] if structure.orientation != 1 else []),
        ),
        animation=replace(animation, frames=frames) if every_frame else None,
        is_lossless_webp=structure.is_lossless_webp,
        density=structure.upright_density,
    )


def _turned(frame: Frame, orientation: int) -> Frame:
    alpha = None if frame.alpha is None else _upright(frame.alpha, orientation)
    return replace(frame, rgb=_upright(frame.rgb, orientation), alpha=alpha)


def _still(content: bytes, media_type: MediaType, structure: Structure) -> Picture:
    base, alpha, notes = _layers(_decode(content, media_type, structure), structure)
    upright_base, icc_profile, colour_notes = to_rgb(base, structure.icc_profile)
    turned = ["orientation"] if structure.orientation != 1 else []
    orientation = 1 if structure.decoder_turns else structure.orientation
    return Picture(
        rgb=_upright(pixels_of(upright_base), orientation),
        alpha=None if alpha is None or alpha.min() == 255 else _upright(alpha, orientation),
        icc_profile=icc_profile,
        media_type=media_type,
        xmp=structure.xmp,
        notes=(*notes, *colour_notes, *structure.notes, *turned),
        is_lossless_webp=structure.is_lossless_webp,
        density=structure.upright_density,
    )


def _decode(content: bytes, media_type: MediaType, structure: Structure) -> Image.Image:
    expected = structure.displayed if structure.decoder_turns else (structure.width, structure.height)
    try:
        image = decode_heic(content) if media_type is MediaType.HEIC else _opened(content, media_type)
        if image.size != expected:
            raise Refused("unreadable", reason="it gives two different sizes for itself")
        image.load()
    except _BROKEN as error:
        raise _explained(error) from error
    return image


def _opened(content: bytes, media_type: MediaType) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(content), formats=[_PILLOW_NAME[media_type]])


def _explained(error: Exception) -> Exception:
    """Pillow tells memory, missing and damaged data apart by its message alone."""
    reason = str(error)
    if "memory" in reason.casefold():
        return MemoryError(reason)
    if isinstance(error, UnidentifiedImageError):
        return Refused("unreadable", reason="its header cannot be understood")
    if "truncated" in reason:
        return Refused("truncated", reason="part of its picture data is missing")
    return Refused("unreadable", reason=f"its picture data does not decode ({reason})")


def _layers(image: Image.Image, structure: Structure) -> _Layers:
    """Part a decoded picture into colours (mode L, RGB or CMYK) and alpha, in 8 bits."""
    notes = [f"{structure.bit_depth}_bit"] if structure.bit_depth > 8 else []
    alpha: NDArray[np.uint8] | None = None
    if image.mode == "P":
        notes.append("palette")
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image = in_mode(image, _PLAIN_MODE.get(image.mode, image.mode))
    if image.mode in ("LA", "RGBA"):
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if image.mode.startswith("I;16"):
        # convert("L") would clip at 255 instead of scaling
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode not in ("L", "RGB", "CMYK"):
        raise Refused(
            "unsupported_variant", format=image.format or "", reason="grey, RGB, CMYK or YCbCr was expected"
        )
    notes += {"L": ["grey"], "CMYK": ["cmyk"]}.get(image.mode, [])
    if structure.transparent is not None:
        notes.append("transparent_colour")
        alpha = _alpha_of_colour(np.asarray(image), structure.transparent)
    return image, alpha, notes


def _alpha_of_colour(pixels: NDArray[np.uint8], colour: tuple[int, ...]) -> NDArray[np.uint8]:
    """0 where a pixel has exactly this colour, else 255."""
    same = pixels.reshape(*pixels.shape[:2], -1) == np.array(colour, np.uint8)
    return np.where(same.all(axis=2), 0, 255).astype(np.uint8)


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Apply an EXIF orientation (CIPA DC-008-2019, 4.6.5.1.5) to an array of shape (H, W, ...)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    upright = np.ascontiguousarray(pixels)
    upright.flags.writeable = False
    return upright
