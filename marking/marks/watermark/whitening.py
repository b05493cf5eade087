"""Level a canvas so that no part of the picture, and no pattern in it, drowns the mark."""

import cv2
import numpy as np
from numpy.typing import NDArray

_HIGH_PASS_SIGMA = 2.0  # canvas pixels
_LEVEL_SIGMA = 3.0  # canvas pixels over which the local deviation is taken
_LEVEL_FLOOR = 0.3  # grey levels, about the rounding of a picture
_CLIP = 2.0  # local deviations; lone edges reach further and say nothing
_BLOCK = 32  # canvas pixels a side in which the picture's own pattern is taken to be the same
_PATTERN_SHARE = 0.35  # power of the local spectrum that is divided out; half would leave none of the pattern


def whiten(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail of a canvas (0 to 255) in units of its local deviation and of its local spectrum; same shape."""
    return _unpatterned(_levelled(luma))


def _levelled(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail over its local deviation, between -2 and 2."""
    detail = luma - cv2.GaussianBlur(luma, (0, 0), _HIGH_PASS_SIGMA)
    level = cv2.sqrt(cv2.GaussianBlur(np.square(detail), (0, 0), _LEVEL_SIGMA))
    return np.asarray(np.clip(detail / (level + np.float32(_LEVEL_FLOOR)), -_CLIP, _CLIP), np.float32)


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
            whole[rows, columns] += _faded(laid[rows, columns], np.outer(ramp, ramp))
    return np.asarray(whole[hop : hop + height, hop : hop + width])


def _faded(laid: NDArray[np.float32], window: NDArray[np.float32]) -> NDArray[np.float32]:
    """A canvas of whole blocks, each over a power of its own smoothed spectrum, seen twice through the window."""
    rows, columns = (length // _BLOCK for length in laid.shape)
    blocks = laid.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2) * window
    spectra = np.fft.rfft2(blocks)
    level = _smoothed(np.square(spectra.real) + np.square(spectra.imag)) + np.float32(1e-3)
    faded = np.fft.irfft2(spectra * level ** np.float32(-_PATTERN_SHARE), s=window.shape) * window
    return np.asarray(faded.swapaxes(1, 2).reshape(laid.shape), np.float32)


def _smoothed(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of 3 x 3 over half transforms (…, 32, 17): round the circle down, mirrored at the ends across."""
    down = power + np.roll(power, 1, axis=-2) + np.roll(power, -1, axis=-2)
    smooth = down.copy()
    smooth[..., 1:] += down[..., :-1]
    smooth[..., :-1] += down[..., 1:]
    smooth[..., 0] += down[..., 1]
    smooth[..., -1] += down[..., -2]
    return smooth
