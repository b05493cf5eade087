"""What a picture file claims to be, and whether that is within the limits; no pixel is decoded."""

import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from marking.media.bmff import read_avif, read_heic
from marking.media.formats import ANIMATED, SNIFFED_BYTES, MediaType, sniff
from marking.media.gif import read_gif
from marking.media.jpeg import read_jpeg
from marking.media.mending import mended
from marking.media.png import read_png
from marking.media.refusal import Refused
from marking.media.structure import FileBytes, Structure
from marking.media.tiff import read_tiff
from marking.media.webp import read_webp

_READERS: dict[MediaType, Callable[[FileBytes], Structure]] = {
    MediaType.PNG: read_png,
    MediaType.JPEG: read_jpeg,
    MediaType.WEBP: read_webp,
    MediaType.GIF: read_gif,
    MediaType.TIFF: read_tiff,
    MediaType.AVIF: read_avif,
    MediaType.HEIC: read_heic,
}

_PILLOW_PIXELS = Image.MAX_IMAGE_PIXELS or 0


@dataclass(frozen=True)
class Limits:
    """What is accepted: pixels of the picture, bytes of the file, and pixels of the shortest markable side.

    ``frames``: of an animation that is marked, whose frames together have at most ``pixels``. Raises ValueError for more pixels than Pillow itself decodes without a warning (89,478,485).
    """

    pixels: int = 50_000_000
    bytes: int = 60 * 2**20
    short_side: int = 64
    frames: int = 300

    def __post_init__(self) -> None:
        if not 1 <= self.pixels <= _PILLOW_PIXELS:
            raise ValueError(f"expected a limit of 1 to {_PILLOW_PIXELS} pixels, found {self.pixels}")

    @property
    def decoding_bytes(self) -> int:
        """Memory in which `open_picture` decodes any file within these limits, for `run_bounded`.

        Measured at 49 megapixels: 17 bytes a pixel for PNG, 15 for JPEG, 25 for WebP, 12 for HEIC (at 21), and at
        most 16 for the first frame of a GIF, for TIFF and for AVIF, all with alpha.
        """
        return 28 * self.pixels + 2 * self.bytes + 64 * 2**20


@dataclass(frozen=True)
class Header:
    """A picture file's claim about itself; ``width`` and ``height`` in pixels as displayed (EXIF applied)."""

    media_type: MediaType
    width: int
    height: int
    frames: int


def read_header(path: Path, limits: Limits, *, minimum_side: bool = True, mends: bool = False) -> Header:
    """Read format and size of a picture file without decoding it.

    ``minimum_side``: whether to require what only marking needs: ``limits.short_side``, and of an animation that all
    its frames can be marked. ``mends``: whether to read a file that was cut off as if its end were there.
    Raises Refused for a file that is empty, of an unknown format, cut short, damaged in its structure, of several
    pages, or beyond a limit; OSError when the file cannot be opened.
    """
    with taken_apart(path, limits, minimum_side=minimum_side, whole=minimum_side, mends=mends) as (
        _,
        media_type,
        structure,
    ):
        width, height = structure.displayed
        return Header(media_type, width, height, structure.frames)


@contextmanager
def taken_apart(
    path: Path, limits: Limits, *, minimum_side: bool, whole: bool, mends: bool = False
) -> Iterator[tuple[FileBytes, MediaType, Structure]]:
    """Map a file into memory and take it apart; refuses what `read_header` refuses.

    ``whole``: whether an animation must be one whose every frame can be marked; ``mends``: whether to add the end that
    a file lacks (see `mended`).
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            raise Refused("empty_file")
        if size > limits.bytes:
            raise Refused("too_large", found=size, limit=limits.bytes)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            media_type = _recognise(data[:SNIFFED_BYTES])
            content = mended(data[:], most_pixels=limits.pixels, most_bytes=limits.bytes) if mends else data
            structure = _READERS[media_type](content)
            _check(structure, limits, minimum_side)
            if whole and structure.frames > 1:
                _check_animation(media_type, structure, limits)
            yield content, media_type, structure


def _recognise(head: bytes) -> MediaType:
    media_type = sniff(head)
    if media_type is None:
        raise Refused("unsupported_format")
    return media_type


def _check(structure: Structure, limits: Limits, minimum_side: bool) -> None:
    width, height = structure.width, structure.height
    if min(width, height) < 1:
        raise Refused("unreadable", reason=f"it claims to be {width} × {height} pixels")
    if width * height > limits.pixels:
        raise Refused("too_many_pixels", width=width, height=height, limit=limits.pixels)
    if minimum_side and min(width, height) < limits.short_side:
        raise Refused("too_small", width=width, height=height, limit=limits.short_side)


def _check_animation(media_type: MediaType, structure: Structure, limits: Limits) -> None:
    if media_type not in ANIMATED:
        raise Refused("animated", frames=structure.frames)
    if structure.frames > limits.frames:
        raise Refused("too_many_frames", frames=structure.frames, limit=limits.frames)
    pixels = structure.frames * structure.width * structure.height
    if pixels > limits.pixels:
        raise Refused("too_many_frame_pixels", frames=structure.frames, pixels=pixels, limit=limits.pixels)
