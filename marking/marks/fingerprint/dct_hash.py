"""A 256-bit DCT hash: the signs of a picture's 16 × 16 lowest frequencies against their median.

The construction is that of PDQ (https://github.com/facebook/ThreatExchange, "The TMK+PDQF
video-hashing algorithm and the PDQ image-hashing algorithm", 2019) without its own down-sampling filter, so hashes
are not interchangeable with PDQ's. Every step that decides a bit is done in this package (see `grid`), so that no
library release can change stored hashes.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint.grid import luma_grid

HASH_BYTES = 32
"""Length of a fingerprint: 256 bits."""

SAME_PICTURE = 31
"""Largest distance, in bits of 256, between copies of one picture: the customary threshold of PDQ."""

CANDIDATE = 80
"""Largest distance worth a closer look, never a verdict: with PDQ none of 526,851 unrelated pairs of 1,027
photographs came within 80, while two different renders of one prompt came within 66."""

_GRID = 64
_FREQUENCIES = 16

_QUIETEST = 1.0
"""Grey levels (orthonormal DCT). If half of the coefficients are below it, rounding and compression decide their
signs, so the picture has nothing to be recognised by."""


def fingerprint(rgb: NDArray[np.uint8]) -> bytes:
    """Hash a picture.

    ``rgb``: uint8 of shape (H, W, 3), sRGB-like values 0-255, any size from 1 × 1. Returns 32 bytes, row by row
    from low to high vertical frequency, first bit highest. A picture without structure in both
    directions (flat, stripes, barely visible contrast) gives 32 zero bytes: see `is_distinctive`.
    Raises ValueError for any other shape or dtype.
    """
    return hashed(coefficients_of(rgb))


def coefficients_of(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the 16 × 16 lowest frequencies, float64, vertical by horizontal, 1 to 16 half waves a side.

    ``rgb`` and what is raised: as in `fingerprint`.
    """
    grid = luma_grid(rgb, _GRID)
    basis = _dct_basis()
    return np.asarray(np.round(basis @ grid @ basis.T, 6), np.float64)


def hashed(coefficients: NDArray[np.float64]) -> bytes:
    """Return the 32 bytes that `fingerprint` makes of these coefficients."""
    if np.median(np.abs(coefficients)) < _QUIETEST:
        return bytes(HASH_BYTES)
    return np.packbits(coefficients > np.median(coefficients)).tobytes()


def is_distinctive(fingerprint: bytes) -> bool:
    """Whether a fingerprint identifies anything; that of a flat picture matches every other flat picture."""
    return any(fingerprint)


def distance(a: bytes, b: bytes) -> int:
    """Hamming distance of two fingerprints: 0 (alike) to 256; unrelated pictures lie near 128."""
    if len(a) != HASH_BYTES or len(b) != HASH_BYTES:
        raise ValueError(f"expected two fingerprints of {HASH_BYTES} bytes, found {len(a)} and {len(b)}")
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def distances(query: bytes, rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Hamming distances from one fingerprint to each of N, as int64 of shape (N,); ``rows``: uint8 (N, 32)."""
    if len(query) != HASH_BYTES or rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != HASH_BYTES:
        raise ValueError(
            f"expected {HASH_BYTES} bytes and uint8 of shape (N, {HASH_BYTES}), "
            f"found {len(query)} bytes and {rows.dtype} of shape {rows.shape}"
        )
    words = np.ascontiguousarray(rows).view(np.uint64)
    differing: NDArray[np.uint8] = np.bitwise_count(words ^ np.frombuffer(query, np.uint64))
    return np.asarray(differing.sum(axis=1), np.int64)


@lru_cache(maxsize=1)
def _dct_basis() -> NDArray[np.float64]:
    """Rows 1 to 16 of the orthonormal 64-point DCT-II, shape (16, 64); row 0, the mean, is left out."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    angles: NDArray[np.float64] = np.pi * frequency * (2 * np.arange(_GRID) + 1) / (2 * _GRID)
    return np.cos(angles) * math.sqrt(2 / _GRID)
