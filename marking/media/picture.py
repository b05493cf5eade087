"""Decode a picture file to upright 8-bit RGB.

Decoders are written in C and read files from strangers: call this through `run_bounded`.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from marking.media.colour import to_rgb
from marking.media.formats import MediaType
from marking.media.header import Limits, taken_apart
from marking.media.refusal import Refused
from marking.media.structure import Structure

# Pillow fills missing rows with grey when this is on.
ImageFile.LOAD_TRUNCATED_IMAGES = False

_PILLOW_NAME = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG", MediaType.WEBP: "WEBP"}

_Layers = tuple[Image.Image, NDArray[np.uint8] | None, list[str]]


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright.

    ``rgb``: uint8 (H, W, 3), C-contiguous, read-only. ``alpha``: uint8 (H, W), or None when fully opaque.
    ``icc_profile``: what the RGB values mean, None for sRGB. ``xmp``: the file's XMP packet, as found.
    ``notes``: what was converted on the way: "16_bit", "grey", "palette", "cmyk", "transparent_colour",
    "orientation", "icc_converted", "icc_dropped".
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    icc_profile: bytes | None
    media_type: MediaType
    xmp: bytes | None
    notes: tuple[str, ...]


def open_picture(path: Path, limits: Limits) -> Picture:
    """Decode a picture file in full.

    The file's name plays no part; nothing behind the picture's end is read. 16-bit samples keep their high
    byte. Raises Refused as `read_header` does (without a minimum side), and for pixels that are cut short or
    damaged; MemoryError when there is too little memory. Give it ``limits.decoding_bytes``: with less, the
    decoders of WebP and progressive JPEG call a sound file damaged. Damage inside JPEG or WebP data which
    still decodes cannot be told from a picture.
    """
    with taken_apart(path, limits, minimum_side=False) as (data, media_type, structure):
        pixel_file = structure.pixel_file(data)
    base, alpha, notes = _layers(_decode(pixel_file, media_type, structure), structure)
    upright_base, icc_profile, colour_notes = to_rgb(base, structure.icc_profile)
    turned = ["orientation"] if structure.orientation != 1 else []
    return Picture(
        rgb=_upright(np.asarray(upright_base), structure.orientation),
        alpha=None if alpha is None or alpha.min() == 255 else _upright(alpha, structure.orientation),
        icc_profile=icc_profile,
        media_type=media_type,
        xmp=structure.xmp,
        notes=(*notes, *colour_notes, *turned),
    )


def _decode(pixel_file: bytes, media_type: MediaType, structure: Structure) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(pixel_file), formats=[_PILLOW_NAME[media_type]])
        if image.size != (structure.width, structure.height):
            raise Refused("unreadable", reason="it gives two different sizes for itself")
        image.load()
    except (OSError, EOFError, SyntaxError, ValueError, IndexError, struct.error) as error:
        raise _explained(error) from error
    return image


def _explained(error: Exception) -> Exception:
    """Pillow tells memory, missing and damaged data apart by its message alone."""
    reason = str(error)
    if "out of memory" in reason:
        return MemoryError(reason)
    if isinstance(error, UnidentifiedImageError):
        return Refused("unreadable", reason="its header cannot be understood")
    if "truncated" in reason:
        return Refused("truncated", reason="part of its picture data is missing")
    return Refused("unreadable", reason=f"its picture data does not decode ({reason})")


def _layers(image: Image.Image, structure: Structure) -> _Layers:
    """Part a decoded picture into colours (mode L, RGB or CMYK) and alpha, in 8 bits."""
    notes = ["16_bit"] if structure.bit_depth == 16 else []
    alpha: NDArray[np.uint8] | None = None
    if image.mode == "P":
        notes.append("palette")
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("LA", "RGBA"):
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if image.mode == "I;16":
        # convert("L") would clip at 255 instead of scaling
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "1":
        image = image.convert("L")
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
