"""Level a canvas so that no part of the picture, and no pattern in it, drowns the mark."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.transforms import half_transform

_HIGH_PASS_SIGMA = 2.0  # canvas pixels
_LEVEL_SIGMA = 3.0  # canvas pixels over which the local deviation is taken
_EVENED_SIGMA = 5.0  # canvas pixels over which what is whitened is brought to one level
_EVENED_FLOOR = 0.1  # of the mean deviation, below which a deviation says nothing
_CLIP = 2.0  # local deviations; lone edges reach further and say nothing
_BLOCK = 32  # canvas pixels a side in which the picture's own pattern is taken to be the same
_PATTERN_SHARE = (
    0.55  # power of the local spectrum that is divided out; half would leave none of a loud pattern
)
_FLOOR = 1.0  # grey levels, about the rounding of a picture, below which a deviation says nothing
_TRUST = 0.4  # power of the local deviation that stays: codecs keep more of the mark where there is texture
# Power of a local spectrum below which it says nothing, so that what a codec emptied stays empty.
_SPECTRAL_FLOOR = 6000.0


def whiten(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail of a canvas (0 to 255) levelled, and over a power of its local spectrum; same shape."""
    return _unpatterned(_levelled(luma))


def evened(whitened: NDArray[np.float32]) -> NDArray[np.float32]:
    """A whitened canvas over its local deviation: all of it weighs nearly the same, as it must to find places in a bent one.

    Whitened apart, without any part of the deviation staying, it would be almost the same, at ten times the cost.
    """
    power = cv2.GaussianBlur(np.square(whitened), (0, 0), _EVENED_SIGMA)
    deviation = np.asarray(cv2.sqrt(power), np.float32)
    return np.asarray(
        whitened / (deviation + np.float32(_EVENED_FLOOR * deviation.mean() + 1e-12)), np.float32
    )


def _levelled(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail over its local deviation, between -2 and 2, times the part of the deviation that stays."""
    detail = luma - cv2.GaussianBlur(luma, (0, 0), _HIGH_PASS_SIGMA)
    deviation = cv2.sqrt(cv2.GaussianBlur(np.square(detail), (0, 0), _LEVEL_SIGMA))
    level = np.asarray(deviation, np.float32) + np.float32(_FLOOR)
    levelled = np.clip(detail / level, -_CLIP, _CLIP)
    return np.asarray(levelled * cv2.pow(level, _TRUST), np.float32)


def _unpatterned(levelled: NDArray[np.float32]) -> NDArray[np.float32]:
    """The canvas with stripes, bricks, and weaves faded: each block over a power of its own spectrum.

    The blocks overlap by half both ways, as four layers of which each is shifted against the others.
    """
    height, width = levelled.shape
    hop = _BLOCK // 2
    laid = np.pad(levelled, ((hop, hop + -height % _BLOCK), (hop, hop + -width % _BLOCK)), mode="reflect")
    ramp = np.sin(np.pi / _BLOCK * (np.arange(_BLOCK, dtype=np.float32) + 0.5))
    whole = np.zeros_like(laid)
    for top in (0, hop):
        for left in (0, hop):
            rows, columns = slice(top, laid.shape[0] - top), slice(left, laid.shape[1] - left)
            blocks = _blocks(whole[rows, columns])
            blocks += _faded(_blocks(laid[rows, columns]), np.outer(ramp, ramp))
    return np.asarray(whole[hop : hop + height, hop : hop + width])


def _blocks(laid: NDArray[np.float32]) -> NDArray[np.float32]:
    """The blocks (rows, columns, 32, 32) of a canvas of whole ones, as a view."""
    rows, columns = (length // _BLOCK for length in laid.shape)
    return laid.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)


def _faded(blocks: NDArray[np.float32], window: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blocks (…, 32, 32), each over a power of its own smoothed spectrum, seen twice through the window."""
    spectra = half_transform(blocks * (window * np.float32(window.size)))
    level = _smoothed(np.square(spectra.real) + np.square(spectra.imag))
    level += np.float32(_SPECTRAL_FLOOR)
    spectra *= level ** np.float32(-_PATTERN_SHARE)
    return np.asarray(np.fft.irfft2(spectra, s=window.shape) * window, np.float32)


def _smoothed(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of 3 x 3 over half transforms (…, 32, 17): round the circle down, mirrored at the ends across."""
    down, across = _neighbours()
    return np.asarray(down @ (power.reshape(-1, power.shape[-1]) @ across).reshape(power.shape), np.float32)


@lru_cache(maxsize=1)
def _neighbours() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Matrices that add up each three neighbours: (32, 32) round the circle, (17, 17) mirrored at its ends."""
    down, across = np.eye(_BLOCK, dtype=np.float32), np.eye(_BLOCK // 2 + 1, dtype=np.float32)
    beside = np.eye(len(across), k=1, dtype=np.float32) + np.eye(len(across), k=-1, dtype=np.float32)
    beside[1, 0] = beside[-2, -1] = 2
    return down + np.roll(down, 1, axis=0) + np.roll(down, -1, axis=0), across + beside
