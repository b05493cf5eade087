"""Pictures from a folder."""

from pathlib import Path

from PIL import Image, ImageOps

from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import to_rgb

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


def pictures_in(folder: Path, limit: int = 0) -> tuple[Path, ...]:
    """The pictures in order of their names; with a limit, so many of them, evenly spread.

    Raises ValueError where the folder is none or holds none.
    """
    if not folder.is_dir():
        raise ValueError(f"expected a folder of pictures, found none at {folder}")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise ValueError(f"expected pictures ({', '.join(sorted(SUFFIXES))}) in {folder}, found none")
    if not 0 < limit < len(found):
        return tuple(found)
    return tuple(found[number * len(found) // limit] for number in range(limit))


def read(path: Path) -> Picture:
    """A picture as it is shown: orientation applied, alpha on white; uint8 (H, W, 3)."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode in {"RGBA", "LA", "P"}:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return to_rgb(image)
