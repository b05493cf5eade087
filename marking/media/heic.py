"""Decode HEIC through libheif. Nothing is registered with Pillow, and no thumbnail or depth picture is opened."""

from __future__ import annotations

import io

import pi_heif
from PIL import Image

# A decoder gets one core, like every other.
pi_heif.options.DECODE_THREADS = 1
pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False

DECODING_ERRORS = (ValueError, EOFError, SyntaxError, RuntimeError, OSError)
"""What the library documents that it raises for a file it cannot read."""


def decode_heic(content: bytes) -> Image.Image:
    """Decode the primary picture in 8 bits, cropped and turned as the file says. Raises `DECODING_ERRORS`."""
    opened = pi_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    image: Image.Image = opened[opened.primary_index].to_pillow()
    return image
