"""The canvas seen as frequencies: a power spectrum in which the pilots stand out as peaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_LOUDEST = 8.0  # times the local level; a picture's own lines must not outvote the pilots
_TAPERED = 1 / 8  # of each side, at each end


@dataclass(frozen=True)
class Spectrum:
    """Power over its local level, minus one, of frequencies that do not point up.

    Row 0 and the middle column hold zero frequency; `size` is the transform's (width, height), which makes a bin
    1 / size cycles per canvas pixel.
    """

    power: NDArray[np.float32]
    size: tuple[int, int]

    def places(self, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
        """Columns and rows (n, 2) of frequencies that do not point up, in cycles per canvas pixel (n, 2)."""
        return frequencies * self.size + (self.size[0] // 2, 0)

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
        """Power at frequencies of equal shape that do not point up; 0, the mean, beyond the canvas's own."""
        columns = (x * self.size[0] + self.size[0] // 2).astype(np.float32)
        rows = (y * self.size[1]).astype(np.float32)
        sampled = cv2.remap(self.power, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return np.asarray(sampled, np.float32)

    def frequencies(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `places` takes to these columns and rows."""
        return (places - (self.size[0] // 2, 0)) / self.size


def spectrum_of(whitened: NDArray[np.float32], flattening: int = 51) -> Spectrum:
    """Flattened power spectrum of a whitened canvas, sampled twice as finely as its size asks for.

    `flattening`: bins over which the level of the spectrum is taken.
    """
    height, width = whitened.shape
    window = np.outer(_taper(height), _taper(width))
    size = (cv2.getOptimalDFTSize(2 * width), cv2.getOptimalDFTSize(2 * height))
    half = np.fft.rfft2(whitened * window, size, axes=(1, 0))
    power = np.fft.fftshift(np.square(np.abs(half)), axes=1)
    level = cv2.blur(power, (flattening, flattening)) + np.float32(1e-3 * power.mean() + 1e-12)
    return Spectrum(np.minimum(power / level, np.float32(_LOUDEST)) - 1, size)


def mean_spectrum(spectra: Sequence[Spectrum]) -> Spectrum:
    """The mean of spectra of the same size."""
    power = np.stack([spectrum.power for spectrum in spectra]).mean(axis=0)
    return Spectrum(np.asarray(power, np.float32), spectra[0].size)


def _taper(length: int) -> NDArray[np.float32]:
    """Tukey's window with an eighth of the length tapered at each end."""
    ramp = (np.arange(length) + 0.5) / (length * _TAPERED)
    return np.asarray(np.square(np.sin(np.pi / 2 * np.minimum(1, np.minimum(ramp, ramp[::-1])))), np.float32)
