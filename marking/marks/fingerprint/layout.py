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

Measured on 24 photographs (768 × 512 pixels) and 60 synthetic pictures (128 to 600 a side), all with label and
watermark; the largest of all pictures for copies:

- JPEG 30 to 95 and WebP 50 to 75: 4.5; halved or quartered, then JPEG 75: 5.0; enlarged by half: 1.8
- quartered by a filter that rings: 7.7; halved by leaving out pixels: 19.0; blurred or with noise: 3.5
- colours taken away or strengthened: 6.1; brighter by 15 levels: 14.8; contrast 0.8 to 1.2: 20.5; gamma 0.8 to 1.25:
  22.3; strongly sharpened: 22.1
- beyond it: tones that clip or bend more (brighter by 30 levels 29.8, gamma 0.7 25.5), most turns by one degree

and the smallest for other pictures: a rectangle of another one over a tenth of the area, saved as JPEG 75, 25.8 (median
65 or more), over a fifth 47, another picture altogether 65. One tenth painted in the picture's mean colour gave 19
(median 50): what differs little in grey, or is much smaller than a place, is not seen.
"""

_SIDE = 32
_BLOCK = 2
"""Cells along a place: one cell alone tells more of the filter that resized a picture than of what was changed."""
_GAINS = (0.5, 2.0)
"""Changes of contrast that an adjusted copy may have."""
_STEPS = 20
"""Concentration steps of the fit."""

Region = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of the width and the height, 0 to 1."""


def layout(rgb: NDArray[np.uint8]) -> bytes:
    """Return what lies where in a picture, `LAYOUT_BYTES` long.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255, any size from 1 × 1. Raises ValueError for any other.
    """
    return np.rint(luma_grid(rgb, _SIDE)).astype(np.uint8).tobytes()


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
