"""Small pictures for the owner's pages. None is without a label and a watermark: no file of ours goes out unmarked. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.marks import explicit_label, watermark
from marking.marks.explicit_label import Corner, Wording
from marking.media import MediaType, encode_picture

Pixels = NDArray[np.uint8]

LONGEST_SIDE = 1024
"""Of a preview, in pixels."""
LABELLED_SIDE = 256
"""Least width of a preview: a narrow one gets sides, so that the label of its strip has room."""
QUALITY = 85


def before(rgb: Pixels, wording: Wording, payload: int, key: bytes) -> bytes:
    """Return the upload, uint8 (H, W, 3), on a strip that carries the visible label, with the work's watermark, as JPEG."""
    return _encoded(watermark.embed(_on_strip(rgb, wording), payload, key=key))


def after(rgb: Pixels, wording: Wording, *, has_label: bool) -> bytes:
    """Return the marked picture, uint8 (H, W, 3), as JPEG; on a strip unless its own pixels are labelled.

    It is as wide as the one of before, upon which the page lays it.
    """
    return _encoded(_framed(shrunk(rgb), 0) if has_label else _on_strip(rgb, wording))


def _on_strip(rgb: Pixels, wording: Wording) -> Pixels:
    small = shrunk(rgb)
    framed = _framed(small, max(48, small.shape[0] // 6))
    labelled, _ = explicit_label.draw(framed, wording, corner=Corner.BOTTOM_RIGHT)
    return labelled


def _framed(small: Pixels, room: int) -> Pixels:
    """``small`` with ``room`` pixels below it, and with sides if it is narrow."""
    sides = max(0, LABELLED_SIDE - small.shape[1])
    left = left_side(small.shape[1])
    return np.pad(small, ((0, room), (left, sides - left), (0, 0)), constant_values=32)


def left_side(width: int) -> int:
    """Return how many pixels stand at the left of a picture of ``width`` pixels, at most `LONGEST_SIDE`, in its preview."""
    return max(0, LABELLED_SIDE - width) // 2


def shrunk(rgb: Pixels) -> Pixels:
    """Return a picture, uint8 (H, W, 3), with at most `LONGEST_SIDE` pixels along its longest side."""
    image = Image.fromarray(rgb)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(image)


def _encoded(rgb: Pixels) -> bytes:
    return encode_picture(rgb, media_type=MediaType.JPEG, quality=QUALITY)
