"""Bring decoded pixels of any colour model to RGB, through their embedded profile where that says how."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BAND_ROWS = 64
"""Rows of a picture that are taken over from Pillow at a time."""

_SPACE_OF_MODE = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def profile_space(icc_profile: bytes) -> str | None:
    """The colour space a profile describes: "RGB", "GRAY", "CMYK", ...; None when it cannot be read."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        return str(profile.profile.xcolor_space).strip()
    except (OSError, UnicodeDecodeError):  # the latter for a space that is no word
        return None


def to_rgb(image: Image.Image, icc_profile: bytes | None) -> tuple[Image.Image, bytes | None, list[str]]:
    """Convert a picture of mode L, RGB or CMYK to RGB.

    Returns the picture, the profile that its values now have (None: sRGB) and notes on what was done.
    RGB values are never touched, and grey values with an RGB profile are only repeated. CMYK, and grey with a
    grey profile, are converted to sRGB through the profile. A profile that is broken or describes
    other colours than the picture has is dropped.
    """
    space = profile_space(icc_profile) if icc_profile is not None else None
    if space == "RGB" and image.mode in ("L", "RGB"):
        return in_mode(image, "RGB"), icc_profile, []
    if icc_profile is not None and space == _SPACE_OF_MODE[image.mode]:
        converted = _through_profile(image, icc_profile)
        if converted is not None:
            return converted, None, ["icc_converted"]
    return in_mode(image, "RGB"), None, ["icc_dropped"] if icc_profile is not None else []


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """Return a picture in a mode of Pillow: itself where it is in that, of which Pillow would make a copy."""
    return image if image.mode == mode else image.convert(mode)


def pixels_of(image: Image.Image) -> NDArray[np.uint8]:
    """Return the pixels of a picture of mode RGB, uint8 (H, W, 3), as `numpy.asarray` does, but taken over in bands.

    All at once they would be held twice more on the way, in memory that the system has to clear first.
    """
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, BAND_ROWS):
        band = image.crop((0, top, width, min(height, top + BAND_ROWS)))
        pixels[top : top + BAND_ROWS] = np.asarray(band)
    return pixels


def _through_profile(image: Image.Image, icc_profile: bytes) -> Image.Image | None:
    """Convert to sRGB, relative colorimetric with black point compensation as print proofing does."""
    try:
        return ImageCms.profileToProfile(
            image,
            io.BytesIO(icc_profile),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return None
