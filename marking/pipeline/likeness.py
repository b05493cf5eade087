"""The small copy of a released picture that files are laid beside: decoded in a fraction of the time that the released file takes. Pure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image

from marking.media import Limits, Picture, open_picture
from marking.pipeline import previews

QUALITY = 95
"""JPEG quality."""


def keep_small(finished: Picture, folder: Path) -> Path | None:
    """Write a small copy of a released picture into ``folder``; return where, None of one that moves and where it is small itself.

    Its colours are as fine as its luma.
    """
    small = previews.shrunk(finished.rgb)
    if len(finished.frames) > 1 or small.shape == finished.rgb.shape:
        return None
    path = folder / "likeness.jpg"
    Image.fromarray(small).save(path, quality=QUALITY, subsampling=0)
    return path


def keep_file_small(released: Path, folder: Path) -> Path | None:
    """The same of a released file, in a child process. Raises :class:`marking.media.Refused` for one that cannot be decoded."""
    # A lossless file may well be larger than what is accepted.
    limits = replace(Limits(), bytes=max(released.stat().st_size, Limits().bytes))
    return keep_small(open_picture(released, limits, every_frame=True), folder)
