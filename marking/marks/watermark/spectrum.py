"""The canvas seen as frequencies: a power spectrum in which the pilots stand out as peaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.transforms import half_transform

_LOUDEST = 8.0  # times the local level; a picture's own lines must not outvote the pilots
_TAPERED = 1 / 8  # of each side, at each end
_STEPS = 128  # of the local level, in which power is added up
LOUDEST_STEPS = int(_STEPS * _LOUDEST)  # of which those of 63 pilots still fit 16 bits

_CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])  # of a bin, as (column, row)


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

    @cached_property
    def steps(self) -> NDArray[np.uint16]:
        """Power plus one in whole steps of a 128th, which add up in a third of the time."""
        return (self.power * np.float32(_STEPS) + np.float32(_STEPS + 0.5)).astype(np.uint16)

    def at(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.uint16]:
        """Steps of power at frequencies of equal shape that do not point up; those of the mean beyond the canvas's own."""
        columns = x * np.float32(self.size[0]) + np.float32(self.size[0] // 2)
        return self._sampled(columns, y * np.float32(self.size[1]))

    def at_crossings(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.uint16]:
        """The same for all pairs of x (columns) and y (rows)."""
        columns = x * np.float32(self.size[0]) + np.float32(self.size[0] // 2)
        return self._sampled(*np.meshgrid(columns, y * np.float32(self.size[1])))

    def _sampled(self, columns: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.uint16]:
        beyond = cv2.BORDER_CONSTANT
        sampled = cv2.remap(
            self.steps, columns, rows, cv2.INTER_LINEAR, borderMode=beyond, borderValue=_STEPS
        )
        return np.asarray(sampled, np.uint16)

    def frequencies(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `places` takes to these columns and rows."""
        return (places - (self.size[0] // 2, 0)) / self.size


@dataclass(frozen=True)
class Phased(Spectrum):
    """A spectrum that still has its phases.

    `waves`: the transform whose power this is, in its own order of columns; `level`: the local mean of the unflattened
    power; `middle`: the place (x, y) in canvas pixels from which phases are counted, so that they change little from
    bin to bin.
    """

    waves: NDArray[np.complex64]
    level: NDArray[np.float32]
    middle: tuple[float, float]

    def waves_at(self, frequencies: NDArray[np.float64]) -> NDArray[np.complex64]:
        """Waves (n,) over the root of their level, at frequencies (n, 2) that do not point up; 0 beyond the canvas's own."""
        places = frequencies * self.size
        inside = (np.abs(frequencies[:, 0]) < 0.5 - 1 / self.size[0]) & (places[:, 1] < len(self.waves) - 1)
        places[~inside] = 0
        first = np.floor(places).astype(int)
        beyond = places - first
        four = first[:, None] + _CORNERS
        shares = np.abs(1 - _CORNERS - beyond[:, None]).prod(axis=2)
        phases = 2 * np.pi * (four / self.size @ self.middle)
        around = self.waves[four[..., 1], four[..., 0]] * np.exp(1j * phases) * shares
        level = self.level[first[:, 1], first[:, 0] + self.size[0] // 2]
        return np.asarray(np.where(inside, around.sum(axis=1) / np.sqrt(level), 0), np.complex64)


def spectrum_of(whitened: NDArray[np.float32], flattening: int = 51) -> Phased:
    """Flattened power spectrum of a whitened canvas, sampled twice as finely as its size asks for.

    `flattening`: bins over which the level of the spectrum is taken.
    """
    height, width = whitened.shape
    size = (cv2.getOptimalDFTSize(2 * width), cv2.getOptimalDFTSize(2 * height))
    window = np.outer(_taper(height) * np.float32(size[1]), _taper(width) * np.float32(size[0]))
    waves = half_transform(whitened * window, size, axes=(1, 0))
    power = np.fft.fftshift(np.square(np.abs(waves)), axes=1)
    level = cv2.blur(power, (flattening, flattening)) + np.float32(1e-3 * power.mean() + 1e-12)
    flat = np.minimum(power / level, np.float32(_LOUDEST)) - 1
    return Phased(flat, size, waves, np.asarray(level, np.float32), (width / 2, height / 2))


def mean_spectrum(spectra: Sequence[Spectrum]) -> Spectrum:
    """The mean of spectra of the same size."""
    power = np.stack([spectrum.power for spectrum in spectra]).mean(axis=0)
    return Spectrum(np.asarray(power, np.float32), spectra[0].size)


def _taper(length: int) -> NDArray[np.float32]:
    """Tukey's window with an eighth of the length tapered at each end."""
    ramp = (np.arange(length) + 0.5) / (length * _TAPERED)
    return np.asarray(np.square(np.sin(np.pi / 2 * np.minimum(1, np.minimum(ramp, ramp[::-1])))), np.float32)
