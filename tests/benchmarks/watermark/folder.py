"""Pictures from a folder."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import to_rgb

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
# What Pillow raises for a broken file, by format; the last for one of more pixels than it decodes.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def pictures_in(folder: Path, limit: int = 0, tell: Callable[[str], None] = print) -> tuple[Path, ...]:
    """The pictures in order of their names; with a limit, so many of them, evenly spread.

    Each is read once, so that a broken one ends no run half way: it is left out, and ``tell`` is given a line.
    Raises ValueError where the folder is none or holds none that can be read.
    """
    if not folder.is_dir():
        raise ValueError(f"expected a folder of pictures, found none at {folder}")
    named = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    found = tuple(path for path in named if _is_readable(path, tell))
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        raise ValueError(f"expected pictures ({kinds}) that can be read in {folder}, found none")
    if not 0 < limit < len(found):
        return found
    return tuple(found[number * len(found) // limit] for number in range(limit))


def read(path: Path) -> Picture:
    """A picture as it is shown: orientation applied, alpha on white; uint8 (H, W, 3)."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode in {"RGBA", "LA", "P"}:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return to_rgb(image)


def _is_readable(path: Path, tell: Callable[[str], None]) -> bool:
    try:
        read(path)
    except UNREADABLE as error:
        tell(f"{path} is left out: expected a picture, found a file that cannot be read ({error})")
        return False
    return True
