"""The eight ways in which a picture can be mirrored and turned by quarters, and the fingerprint of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint.dct_hash import coefficients_of, hashed

WAYS = 8
"""Ways 0 to 3 turn a picture by so many quarters, anticlockwise; ways 4 to 7 mirror it left to right before."""

_QUARTERS = 4


def turn(rgb: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    """Return the picture (H, W, …) turned in one of the `WAYS`, without a copy; way 0 is the picture itself."""
    if not 0 <= way < WAYS:
        raise ValueError(f"expected a way from 0 to {WAYS - 1}, found {way}")
    return np.rot90(rgb[:, ::-1] if way >= _QUARTERS else rgb, way % _QUARTERS)


def turned(rgb: NDArray[np.uint8]) -> tuple[bytes, ...]:
    """Return the fingerprints of the picture in each of the `WAYS`, in their order, in the time of one.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255, any size from 1 × 1. Raises ValueError for any other.
    Equal to ``fingerprint(turn(rgb, way))``, but for the rounding of pictures that have to be shrunk first.
    """
    coefficients = coefficients_of(rgb)
    hashes = []
    for start in (coefficients, coefficients * _PARITY):
        for _ in range(_QUARTERS):
            hashes.append(hashed(start))
            start = start.T * _PARITY[:, None]
    return tuple(hashes)


# Mirroring a cosine of k half waves (DCT-II) multiplies it by (-1)^k; the frequencies begin at k = 1.
_PARITY: NDArray[np.float64] = np.where(np.arange(1, 17) % 2, -1.0, 1.0)
