"""What lies where in a picture: a small grey copy of it, and by how much another picture differs anywhere.

The fingerprint says whether two pictures are alike as a whole. A face pasted into a tenth of a picture leaves it nearly
as it was, so that is asked place by place.
"""

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint.grid import luma_grid

LAYOUT_BYTES = 1024
"""Length of a layout: 32 × 32 cells, row by row, one byte of luma each."""

CHANGED = 24.0
"""Largest change, in grey levels, between copies of one picture: beyond it something else lies somewhere.

Measured on 24 photographs of 768 × 512 pixels and 60 synthetic pictures of 128 to 512, all with label and watermark,
as the largest value of all: JPEG 30 to 95 and WebP 50 to 75 4.5; halved or quartered, saved as JPEG 75 5.0; resized by a
filter that blurs or rings 7.7, by leaving out pixels 19.0; colours taken away or strengthened 6.1; brighter by 15
levels 14.8; contrast 0.8 to 1.2 20.5; gamma 0.8 to 1.25 22.3; strongly sharpened 22.1. Beyond it lie stronger tones that
clip or bend (brighter by 30 levels 29.8, gamma 0.7 25.5) and half of all turns by one degree. A rectangle of another
picture over a tenth of the area, saved as JPEG 75, was never below 25.8 and in the median 65 or more; over a fifth, never
below 46; another picture altogether, never below 65. One tenth smoothed to the picture's mean colour came out at 19 or more, in the
median at 50: what differs little in grey, and what is much smaller than a place, is not seen.
"""

_SIDE = 32
_BLOCK = (
    2  # cells; one cell alone says more about the filter that resized a picture than about what was changed
)
_GAINS = (0.5, 2.0)  # contrast beyond this is no adjusted copy
_STEPS = 20  # of the fit


def layout(rgb: NDArray[np.uint8]) -> bytes:
    """Return what lies where in a picture, `LAYOUT_BYTES` long.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255, any size from 1 × 1. Raises ValueError for any other.
    """
    return np.rint(luma_grid(rgb, _SIDE)).astype(np.uint8).tobytes()


Region = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of the width and the height, 0 to 1."""


def largest_change(a: bytes, b: bytes, *, outside: Region | None = None) -> float:
    """Return by how many grey levels, 0 or more, layout ``b`` differs from ``a`` where it differs most.

    A change of brightness and contrast over the whole picture is taken out first. Each place is a sixteenth of the
    height and of the width; those that the region ``outside`` touches are left out, and 0 where none is left.
    Raises ValueError for layouts of another length.
    """
    released, found = _blocks(a), _blocks(b)
    gain, offset = _tone(released, found)
    changes = _residuals(released, found, gain, offset)
    if outside:
        changes[_touched(outside)] = 0
    return float(changes.max())


def _touched(region: Region) -> NDArray[np.bool_]:
    """Which blocks a region touches, bool (256,)."""
    left, top, right, bottom = region
    edges = np.arange(_SIDE // _BLOCK + 1) * (_BLOCK / _SIDE)
    columns = (edges[1:] > left) & (edges[:-1] < right)
    rows = (edges[1:] > top) & (edges[:-1] < bottom)
    return np.outer(rows, columns).ravel()


def _blocks(layout: bytes) -> NDArray[np.float64]:
    """The mean of every block of cells, float64 (256,)."""
    if len(layout) != LAYOUT_BYTES:
        raise ValueError(f"expected a layout of {LAYOUT_BYTES} bytes, found {len(layout)}")
    cells = np.frombuffer(layout, np.uint8).astype(np.float64)
    count = _SIDE // _BLOCK
    means: NDArray[np.float64] = cells.reshape(count, _BLOCK, count, _BLOCK).mean(axis=(1, 3))
    return means.ravel()


def _tone(released: NDArray[np.float64], found: NDArray[np.float64]) -> tuple[float, float]:
    """Gain and offset that bring ``found`` nearest to ``released`` on the half where they fit best.

    Least trimmed squares by concentration steps (Rousseeuw and Van Driessen, doi:10.1007/s10618-005-0024-4), so
    that what was pasted over less than half of a picture has no say.
    """
    gain, offset = 1.0, float(np.median(released - found))
    for _ in range(_STEPS):
        residuals = _residuals(released, found, gain, offset)
        nearest = np.argsort(residuals, kind="stable")[: residuals.size // 2]
        gain, offset = _line(found[nearest], released[nearest])
    return gain, offset


def _residuals(
    released: NDArray[np.float64], found: NDArray[np.float64], gain: float, offset: float
) -> NDArray[np.float64]:
    return np.abs(released - gain * found - offset)


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope, kept within `_GAINS`, and intercept of the least squares line; slope 1 where all x are the same."""
    spread = float(x.var())
    slope = float(np.mean((x - x.mean()) * (y - y.mean()))) / spread if spread else 1.0
    gain = min(max(slope, _GAINS[0]), _GAINS[1])
    return gain, float(y.mean() - gain * x.mean())
